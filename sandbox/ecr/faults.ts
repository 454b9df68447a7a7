import { matchesWildcard } from './tag-mutability.ts'

/** A failure to come, once. */
export interface Fault {
  /** As in `LocalEcr.requests`, with `*` for anything: `PutImage`, `PUT /v2/platform/aspnet/manifests/*`. */
  readonly operation: string
  /** Which of the matching requests from now on; 1, the next one, if not given. */
  readonly nth?: number
  readonly failure: Failure
}

/** An error answer with ECR's name or the registry protocol's code (status 400 if not given), or none at all. */
export type Failure =
  'connection-reset' | { readonly error: string; readonly message?: string; readonly status?: number }

/** The faults that are still to happen. */
export interface Faults {
  readonly inject: (fault: Fault) => void
  /** Counts one request, and gives back how it has to fail, if it has to. */
  readonly strike: (operation: string) => Failure | undefined
}

export function faults(): Faults {
  const pending: { fault: Fault; left: number }[] = []
  return {
    inject(fault) {
      pending.push({ fault, left: fault.nth ?? 1 })
    },
    strike(operation) {
      const matching = pending.filter(({ fault }) => matchesWildcard(operation, fault.operation))
      for (const each of matching) each.left -= 1
      const due = matching.find(({ left }) => left <= 0)
      if (due !== undefined) pending.splice(pending.indexOf(due), 1)
      return due?.fault.failure
    },
  }
}
