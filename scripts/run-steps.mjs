// Runs npm scripts one after the other, `node scripts/run-steps.mjs types lint test:unit`, and sums up: a mocha run
// counts by its tests, any other step as one. Output is shown of mocha, and of what failed.

import { spawn } from 'node:child_process'

let passed = 0
let failed = 0

for (const step of process.argv.slice(2)) {
  const started = Date.now()
  const isTest = step.startsWith('test:')
  if (isTest) console.log(`\n${step}`)
  const { code, output } = await run(step, isTest)
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6)

  const count = (word) => Number(new RegExp(`^\\s+(\\d+) ${word}`, 'm').exec(output)?.[1] ?? 0)
  const [passing, failing] = isTest ? [count('passing'), count('failing')] : [1, 0]
  passed += code === 0 || isTest ? passing : 0
  // A step that fails without a failing test, such as a low coverage, counts as one failure.
  failed += code === 0 ? 0 : Math.max(failing, 1)
  if (code === 0 && passing === 0) throw new Error(`The step ${step} ran no test.`)
  if (code !== 0 && !isTest) console.log(output)
  console.log(`${code === 0 ? '✓' : '✗'} ${seconds} s  ${step}`)
}

console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

/** Runs one script; `show` also lets its output through as it comes. */
function run(script, show) {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const take = (stream) => (chunk) => {
      output += chunk
      if (show) stream.write(chunk)
    }
    child.stdout.on('data', take(process.stdout))
    child.stderr.on('data', take(process.stderr))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}
