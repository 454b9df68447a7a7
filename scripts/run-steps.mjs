// Runs npm scripts, `node scripts/run-steps.mjs types lint test:unit`, and sums up: the checks side by side, then the
// tests one after the other. A test step counts by its tests, a check as one; a check's output is shown if it fails.

import { spawn } from 'node:child_process'

const steps = process.argv.slice(2)
const isTest = (step) => step.startsWith('test:')
const tally = { passed: 0, failed: 0 }
const notRun = []

await Promise.all(steps.filter((step) => !isTest(step)).map(runCheck))
for (const step of steps.filter(isTest)) await runTests(step)
console.log(['', ...notRun, `${tally.passed} passed, ${tally.failed} failed`].join('\n'))
process.exitCode = tally.failed === 0 ? 0 : 1

async function runCheck(step) {
  const { code, output, seconds } = await run(step)
  if (code === 0) tally.passed += 1
  else tally.failed += 1
  console.log(`${code === 0 ? '✓' : '✗'} ${seconds} s  ${step}${code === 0 ? '' : `\n${output}`}`)
}

async function runTests(step) {
  console.log(`\n${step}`)
  const { code, output, seconds } = await run(step, (stream, chunk) => stream.write(chunk))
  const count = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0)
  tally.passed += count('passing')
  // What a machine cannot run is said by the tests, and again where nobody overlooks it.
  notRun.push(...output.split('\n').filter((line) => line.startsWith('Not run: ')))
  // Tests that do not run, or a coverage that is too low, fail without a failing test.
  const isEmpty = count('passing') + count('failing') === 0
  tally.failed += code === 0 && !isEmpty ? 0 : Math.max(count('failing'), 1)
  console.log(`${code === 0 ? '✓' : '✗'} ${seconds} s  ${step}`)
}

/** Runs one script; `show` gets its output as it comes. */
function run(script, show = () => {}) {
  const started = Date.now()
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const take = (stream) => (chunk) => {
      output += chunk
      show(stream, chunk)
    }
    child.stdout.on('data', take(process.stdout))
    child.stderr.on('data', take(process.stderr))
    child.once('error', reject)
    child.once('close', (code) => {
      resolve({ code: code ?? 1, output, seconds: ((Date.now() - started) / 1000).toFixed(1).padStart(6) })
    })
  })
}
