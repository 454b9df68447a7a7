import { checkBaseAlone, checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { choosePurpose } from '../../src/check/choose-purpose.ts'
import type { Decision } from '../../src/check/decision.ts'
import { formatDecision } from '../../src/check/explain.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { isOutage } from '../../src/model/failure-kind.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { awsAccess, lenientAwsAccess } from '../aws-access.ts'
import { connectRepository } from '../connect-repository.ts'
import { isOutOfReach } from '../is-out-of-reach.ts'
import { readReleaseLine } from '../repository-inputs.ts'
import { checkTask } from './form.ts'
import { readCheckInputs } from './inputs.ts'
import { checkPorts } from './ports.ts'
import { checkFailedOutputs, decisionOutputs } from './outputs.ts'

void runTask(checkTask, async (context) => {
  const { inputs, log, run, output, summarize, tell, hideSecrets } = context
  output({ started: true })
  const purpose = choosePurpose({ ...run, wanted: inputs.purpose(), releaseBranches: inputs.releaseBranches() })
  output({ purpose: purpose.kind })
  const isValidation = purpose.kind === 'validate'
  const releaseLine = readReleaseLine(inputs)
  const aws = isValidation ? lenientAwsAccess(context) : awsAccess(context)
  const connect = () => connectRepository(context, releaseLine, aws)
  // A validation goes on without ECR, so what keeps it from there may come to light later.
  const connected = isValidation ? undefined : connect()
  const form = await readCheckInputs(context)
  const request = { ...form, releaseLine, purpose, run: run.id, isRepeated: run.isRepeated }
  const ports = checkPorts(form, context, aws)

  async function conclude(decision: Decision): Promise<string> {
    for (const doubt of decision.doubts ?? []) log.warning(tell(doubt))
    for (const { level, text } of decision.notes) log[level](text)
    output(decisionOutputs(decision))
    await summarize(summarizeDecision(decision))
    return formatDecision(decision)
  }
  try {
    return await conclude(await checkPlatformImage(request, { ...ports, releases: connected ?? connect() }))
  } catch (error) {
    if (isValidation && isOutOfReach(error)) return conclude(await checkBaseAlone(request, tell(error), ports))
    if (isValidation || !form.onlyWarnWhenCheckFails || form.forced || !isOutage(error)) throw error
    const reason = tell(error)
    output(checkFailedOutputs(hideSecrets(reason)))
    return { withIssues: `${releaseLine.tagPrefix}  not checked  ${reason}` }
  }
})
