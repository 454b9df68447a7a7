import { matchesWildcard } from './tag-mutability.ts'

/** A failure to come, once. */
export interface Fault {
  /** As in `LocalEcr.requests`, with `*` for anything: `PutImage`, `PUT /v2/platform/aspnet/manifests/*`. */
  readonly operation: string
  /** Which of the matching requests from now on; 1, the next one, if not given. */
  readonly nth?: number
  readonly failure: Failure
  /** Hears of it when it strikes, before the client does. */
  readonly onStrike?: () => void
}

/**
 * How a request fails: by an error answer with ECR's name or the registry protocol's code (status 400 if not given);
 * `connection-reset`: nothing was done, and there is no answer; `answer-lost`: all was done, and there is no answer;
 * `cutAfter`: the connection is cut once that many bytes of the body arrived, which come to nothing.
 */
export type Failure =
  | 'connection-reset'
  | 'answer-lost'
  | { readonly cutAfter: number }
  | { readonly error: string; readonly message?: string; readonly status?: number }

/** The faults that are still to happen. */
export interface Faults {
  /** Gives back a function that calls the fault off, if it has not struck yet. */
  readonly inject: (fault: Fault) => () => void
  /** Counts one request, and gives back the fault that strikes it, if one does. */
  readonly strike: (operation: string) => Fault | undefined
}

export function faults(): Faults {
  const pending: { fault: Fault; left: number }[] = []
  return {
    inject(fault) {
      const waiting = { fault, left: fault.nth ?? 1 }
      pending.push(waiting)
      return () => {
        if (pending.includes(waiting)) pending.splice(pending.indexOf(waiting), 1)
      }
    },
    strike(operation) {
      const matching = pending.filter(({ fault }) => matchesWildcard(operation, fault.operation))
      for (const each of matching) each.left -= 1
      const due = matching.find(({ left }) => left <= 0)
      if (due !== undefined) pending.splice(pending.indexOf(due), 1)
      return due?.fault
    },
  }
}
