import { agentInputs, type Inputs } from '../../src/pipelines/inputs.ts'
import { jobContainerFacts } from '../../src/pipelines/job-container-facts.ts'
import { runFacts } from '../../src/pipelines/run-facts.ts'

/** Prints what comes of reading inputs, as JSON: READINGS is a list of `[method, input, ...choices]`. */
const readings = JSON.parse(process.env.READINGS ?? '[]') as [keyof Inputs, string, ...string[]][]
const inputs = agentInputs()

function read([method, name, ...choices]: [keyof Inputs, string, ...string[]]): unknown {
  const leftOut: string[] = []
  if (method === 'choice') return inputs.choice(name, choices)
  if (method !== 'lenientList' && method !== 'lenientLines') return inputs[method](name)
  return { kept: inputs[method](name, (entry) => leftOut.push(entry)), leftOut }
}

const results = readings.map((reading) => {
  try {
    return { value: read(reading) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
})
console.log(`READ ${JSON.stringify({ results, run: runFacts(), jobContainer: jobContainerFacts() })}`)
