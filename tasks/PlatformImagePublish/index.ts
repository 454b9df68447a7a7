import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { sleepFor } from '../../src/http/sleep-for.ts'
import { newOwner } from '../../src/ownership/new-owner.ts'
import { shortDigest } from '../../src/model/digest.ts'
import { publishImage } from '../../src/publish/publish-image.ts'
import { PublishError } from '../../src/publish/publish-error.ts'
import { retagRelease } from '../../src/publish/retag-release.ts'
import { summarizePublish } from '../../src/publish/summarize-publish.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { awsAccess } from '../aws-access.ts'
import { connectRepository } from '../connect-repository.ts'
import { readReleaseLine } from '../repository-inputs.ts'
import { publishTask } from './form.ts'
import { readPublishInputs, readTagWishes } from './inputs.ts'
import { publishedOutputs } from './outputs.ts'
import { recordNamesForPostJob } from './record-names.ts'
import { rehearse } from './rehearse.ts'

void runTask(publishTask, async (context) => {
  const { inputs, log, run, signal, jobContainer, output, summarize, leaveForPostJob } = context
  const action = inputs.action()
  if (action === 'none') {
    output({ action })
    return 'Nothing to publish: the action is none.'
  }
  const isRelease = action !== 'validate'
  if (isRelease && run.isPullRequest && !inputs.allowPullRequests()) throw new PublishError({ what: 'in-pull-request' })
  const releaseLine = readReleaseLine(inputs)
  const store = recordNamesForPostJob(
    dockerEngine({ signal, jobContainer, owner: newOwner(new Date()) }),
    leaveForPostJob,
    inputs,
  )
  if (!isRelease) {
    output({ action: 'none' })
    return rehearse(context, releaseLine, store)
  }
  const repository = connectRepository(context, releaseLine, awsAccess(context))
  const wishes = readTagWishes(inputs, log)
  const pause = (duration: number) => sleepFor(duration, signal)

  const published =
    action === 'retag'
      ? await retagRelease({ releaseLine, run: run.id, ...wishes }, { repository, log })
      : await publishImage({ ...wishes, ...readPublishInputs(inputs, releaseLine) }, { repository, store, log, pause })
  output(publishedOutputs(published))
  await summarize(summarizePublish(published))
  return `${published.repository.uri}:${published.release.tag} is published (${shortDigest(published.release.digest)}).`
})
