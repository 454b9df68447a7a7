import { agentInput } from '../../src/pipelines/agent-input.ts'
import { jobContainerFacts } from '../../src/pipelines/job-container-facts.ts'
import { runFacts } from '../../src/pipelines/run-facts.ts'

/** Prints as JSON what the agent hands over: the inputs that INPUTS names, with spaces between, and what it tells. */
const names = (process.env.INPUTS ?? '').split(' ').filter(Boolean)
const inputs = names.map((name) => {
  const { text, secretText, hasPath, connection } = agentInput(name)
  return [name, { secretText: secretText(), text: text(), hasPath: hasPath(), connection: connection() }] as const
})
const facts = { inputs: Object.fromEntries(inputs), run: runFacts(), jobContainer: jobContainerFacts() }
console.log(`READ ${JSON.stringify(facts)}`)
