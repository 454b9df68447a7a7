import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { formatDecision } from '../../src/check/explain.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { isOutage } from '../../src/model/failure-kind.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { awsAccess } from '../aws-access.ts'
import { connectRepository } from '../connect-repository.ts'
import { checkTask } from './form.ts'
import { readCheckInputs } from './inputs.ts'
import { checkPorts } from './ports.ts'
import { checkFailedOutputs, decisionOutputs } from './outputs.ts'

void runTask(checkTask, async (context) => {
  const { log, run, output, summarize, tell, hideSecrets } = context
  output({ started: true })
  const aws = awsAccess(context)
  const { releaseLine, repository: releases } = connectRepository(context, aws)
  const inputs = await readCheckInputs(context)

  try {
    const request = { ...inputs, releaseLine, run: run.id, isRepeated: run.isRepeated }
    const decision = await checkPlatformImage(request, { ...checkPorts(inputs, context, aws), releases })
    for (const doubt of decision.doubts ?? []) log.warning(tell(doubt))
    for (const { level, text } of decision.notes) log[level](text)
    output(decisionOutputs(decision))
    await summarize(summarizeDecision(decision))
    return formatDecision(decision)
  } catch (error) {
    if (!inputs.onlyWarnWhenCheckFails || inputs.forced || !isOutage(error)) throw error
    const reason = tell(error)
    output(checkFailedOutputs(hideSecrets(reason)))
    return { withIssues: `${releaseLine.tagPrefix}  not checked  ${reason}` }
  }
})
