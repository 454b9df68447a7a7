import type { TestRequest } from './ask-repeatedly.ts'

/** What an application has to do on the platform image, so that the image is good. */
export type TestMode =
  | RunningTestMode
  /** To be built is enough: an image with a compiler is tested by compiling. */
  | { readonly kind: 'build' }

/** A test mode for which the application is started. */
export type RunningTestMode =
  | (Start & { readonly kind: 'request'; readonly port: number; readonly request: TestRequest })
  | (Start & { readonly kind: 'exitCode' })

interface Start {
  readonly environment: Readonly<Record<string, string>>
  /** Seconds until it must have done it. */
  readonly timeLimit: number
}

/** What is claimed of a platform image, one check after the other; without a test it only has to build. */
export const checkNames = {
  imageBuilds: 'The image builds',
  applicationBuilds: 'The application builds on it',
  applicationStarts: 'The application starts',
  requestAnswers: 'The request answers',
  applicationEnds: 'The application ends with 0',
  /** Never attempted: it shows as skipped. */
  notTested: 'Not tested with an application',
} as const
export type CheckName = (typeof checkNames)[keyof typeof checkNames]

/** The names of the checks of a test mode. */
export function plannedChecks(mode: TestMode | undefined): readonly CheckName[] {
  const { imageBuilds, applicationBuilds, applicationStarts, requestAnswers, applicationEnds, notTested } = checkNames
  switch (mode?.kind) {
    case undefined:
      return [imageBuilds, notTested]
    case 'build':
      return [imageBuilds, applicationBuilds]
    case 'exitCode':
      return [imageBuilds, applicationBuilds, applicationStarts, applicationEnds]
    case 'request':
      return [imageBuilds, applicationBuilds, applicationStarts, requestAnswers]
  }
}

/** What an application did that passed: the middle of a sentence. */
export function resultOf(mode: TestMode): string {
  switch (mode.kind) {
    case 'build':
      return 'builds'
    case 'exitCode':
      return 'ends with exit code 0'
    case 'request':
      return 'answers'
  }
}
