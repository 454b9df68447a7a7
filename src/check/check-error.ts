import type { Reference } from '../model/reference.ts'

/** What a check cannot use, although everybody answered. */
export type CheckFault =
  /** ECR does not say when the release was pushed. */
  | { readonly what: 'no-push-date'; readonly tag: string }
  /** Nothing tells what the release was built on, and the policy wants that to be an error. */
  | { readonly what: 'unverifiable'; readonly tag: string; readonly base: Reference }
  /** Support of the image's .NET ended on `lastDay`, and the policy wants that to be an error. */
  | { readonly what: 'out-of-support'; readonly base: Reference; readonly dotnet: string; readonly lastDay: string }
  /** A label of the release is not what it should be. It counts as absent, and the check goes on. */
  | { readonly what: 'unbelievable-label'; readonly tag: string; readonly label: string }

/** A check comes to no verdict, or does not believe a part of what it rests on. */
export class CheckError extends Error {
  override readonly name = 'CheckError'
  readonly fault: CheckFault

  constructor(fault: CheckFault) {
    super(fault.what)
    this.fault = fault
  }
}
