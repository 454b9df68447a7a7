import type { TestRequest } from './ask-repeatedly.ts'

/** What an application has to do on the platform image, so that the image is good. */
export type TestMode =
  | RunningTestMode
  /** To be built is enough: an image with a compiler is tried by compiling. */
  | { readonly kind: 'build' }

/** A trial for which the application is started. */
export type RunningTestMode =
  | (Start & { readonly kind: 'request'; readonly port: number; readonly request: TestRequest })
  | (Start & { readonly kind: 'exitCode' })

interface Start {
  readonly environment: Readonly<Record<string, string>>
  /** Seconds until it must have done it. */
  readonly timeLimit: number
}

/** The claims about a platform image that are tried one after the other; without a trial it only has to build. */
export const checkNames = {
  imageBuilds: 'The image builds',
  applicationBuilds: 'The application builds on it',
  applicationStarts: 'The application starts',
  requestAnswers: 'The request answers',
  applicationEnds: 'The application ends with 0',
  /** Never attempted: it shows as skipped. */
  notTried: 'Not tried with an application',
} as const

/** The names of the cases that a trial has. */
export function plannedChecks(mode: TestMode | undefined): readonly string[] {
  const { imageBuilds, applicationBuilds, applicationStarts, requestAnswers, applicationEnds, notTried } = checkNames
  switch (mode?.kind) {
    case undefined:
      return [imageBuilds, notTried]
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
