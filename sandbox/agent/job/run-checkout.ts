import type { Result } from '../contract.ts'
import type { CheckoutAction } from '../template/step-actions.ts'
import { copySources } from './copy-sources.ts'
import type { StepContext } from './step-context.ts'

/** Copies the sources to where the job has them; a job that works in the sources themselves has nothing to copy. */
export async function runCheckout(action: CheckoutAction, { job, log }: StepContext): Promise<Result> {
  if (action.repository === 'none') {
    log.line('Nothing is checked out.')
    return 'Succeeded'
  }
  const checkout = job.checkouts.get(action)
  if (checkout === undefined) {
    log.line(`The sources are used as they are: ${job.folders.sources}`)
    return 'Succeeded'
  }
  await copySources(checkout)
  log.line(`Copied ${checkout.from} to ${checkout.to}`)
  return 'Succeeded'
}
