import { checkPlatformImage } from '../../src/check/check-platform-image.ts'
import { decisionLine } from '../../src/check/explain.ts'
import { summarizeDecision } from '../../src/check/summarize.ts'
import { isRetryable } from '../../src/model/is-retryable.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { openRepository } from '../open-repository.ts'
import { readCheckInputs } from './inputs.ts'
import { checkOutside } from './outside.ts'
import { checkFailedOutputs, decisionOutputs } from './outputs.ts'

void runTask(async (context) => {
  const { log, run, output, summarize } = context
  output({ started: true })
  const { line, repository: releases } = openRepository(context)
  const inputs = await readCheckInputs(context)

  try {
    const request = { ...inputs, line, run: run.id, isRepeated: run.isRepeated }
    const decision = await checkPlatformImage(request, { ...checkOutside(inputs, context), releases })
    for (const { level, text } of decision.notes) log[level](text)
    output(decisionOutputs(decision))
    await summarize(summarizeDecision(decision))
    return decisionLine(decision)
  } catch (error) {
    if (!inputs.onlyWarnWhenCheckFails || inputs.forced || !isRetryable(error)) throw error
    output(checkFailedOutputs(error))
    return { withIssues: `${line.tagPrefix}  not checked  ${error.message}` }
  }
})
