import { heading, page, text } from '../../src/model/markdown.ts'
import type { ReleaseLine } from '../../src/model/release-line.ts'
import { concludeRehearsal, rehearsalLines, summarizeRehearsal } from '../../src/publish/describe-rehearsal.ts'
import { type RehearsalPorts, rehearsePublish } from '../../src/publish/rehearse-publish.ts'
import { lenientAwsAccess } from '../aws-access.ts'
import { connectRepository } from '../connect-repository.ts'
import { isOutOfReach } from '../is-out-of-reach.ts'
import type { PublishContext } from './form.ts'
import { readRehearsalInputs, readTagWishes } from './inputs.ts'

/** Says what a release would do, or that ECR is out of reach; gives the end of the step in one sentence. */
export async function rehearse(
  context: PublishContext,
  releaseLine: ReleaseLine,
  store: RehearsalPorts['store'],
): Promise<string> {
  const { inputs, log, summarize, tell } = context
  const request = { ...readTagWishes(inputs, log), ...readRehearsalInputs(inputs, releaseLine) }
  try {
    const repository = connectRepository(context, releaseLine, lenientAwsAccess(context))
    const rehearsal = await rehearsePublish(request, { repository, store, log })
    for (const line of rehearsalLines(rehearsal)) log.info(line)
    await summarize(summarizeRehearsal(rehearsal))
    return concludeRehearsal(rehearsal)
  } catch (error) {
    if (!isOutOfReach(error)) throw error
    const unread = `What a release would push and move could not be found out: ${tell(error)}`
    log.warning(unread)
    await summarize(page([heading(3, text('What a release would do')), text(unread)]))
    return 'This run only validates: nothing was written.'
  }
}
