import type { Delivery } from '../../src/notify/interpret-answer.ts'
import type { Message } from '../../src/notify/message.ts'
import { longestTitle } from '../../src/notify/render-card.ts'
import { cut } from '../../src/notify/shorten-message.ts'
import type { TaskResult } from '../../src/pipelines/run-task.ts'

/** The end of the step, by what became of its card. Throws where a card that may be lost is to fail it. */
export function concludeDelivery(
  delivery: Delivery,
  { title }: Pick<Message, 'title'>,
  whenDeliveryFails: 'warn' | 'fail',
): TaskResult {
  const card = `The card "${cut(title, longestTitle)}"`
  switch (delivery.kind) {
    case 'queued':
      return `${card} is queued; whether it is posted, only the workflow's own history tells.`
    case 'delivered':
      return `${card} is posted in Teams.`
    case 'unconfirmed':
      return end(`${card} may not have been delivered: ${delivery.because}`)
    case 'refused':
      return end(`${card} was not delivered: ${delivery.because}`)
  }

  function end(problem: string): TaskResult {
    if (whenDeliveryFails === 'fail') throw new Error(problem)
    return { withIssues: problem }
  }
}
