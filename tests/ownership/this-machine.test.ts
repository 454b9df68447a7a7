import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { thisMachine } from '../../src/ownership/this-machine.ts'

const ways = { 'by the files of Linux': '/proc', 'by ps, as on macOS': '/nowhere' }

describe('thisMachine', () => {
  for (const [way, proc] of Object.entries(ways)) {
    describe(way, () => {
      const { self, lifeOf } = thisMachine(proc)

      it('knows this process, and that it lives', () => {
        assert.equal(self.number, process.pid)
        assert.match(self.start, /^\w+$/)
        assert.notEqual(self.start, '0')
        assert.equal(lifeOf(self), 'alive')
        assert.deepEqual(thisMachine(proc).self, self)
      })

      it('knows a process that ended', async () => {
        const child = spawn('sleep', ['60'])
        await once(child, 'spawn')
        const number = child.pid ?? 0

        child.kill('SIGKILL')
        await once(child, 'exit')

        assert.equal(lifeOf({ ...self, number }), 'dead')
      })

      it('is not misled by a number that was given away again', () => {
        assert.equal(lifeOf({ ...self, start: '1' }), 'dead')
      })
    })
  }

  it('does not take a process for dead that it may not see', async () => {
    const hiding = await mkdtemp(join(tmpdir(), 'proc-'))
    await mkdir(join(hiding, 'self'))
    await writeFile(join(hiding, 'self', 'stat'), '')
    const { self, lifeOf } = thisMachine(hiding)

    assert.equal(lifeOf({ ...self, number: process.pid, start: '1' }), 'unknown')
    await rm(hiding, { recursive: true })
  })

  it('names the machine and its boot, but not so that others can read them', () => {
    const { self } = thisMachine()

    assert.match(`${self.machine}${self.boot}`, /^[0-9a-f]{16}$/)
  })
})
