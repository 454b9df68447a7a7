import assert from 'node:assert/strict'
import { formatOwner, judgeLife, type LifeView, type Owner, parseOwner, parseTime } from '../../src/ownership/owner.ts'
import { anOwner, aProcess } from '../support/builders.ts'

const unique = '0a1b2c3d'

describe('formatOwner', () => {
  it('gives a text from which the owner can be read', () => {
    for (const owner of [anOwner(), anOwner({ container: '0123456789ab' })]) {
      assert.deepEqual(parseOwner(formatOwner(owner, unique)), owner)
    }
  })

  it('fits into a tag, and starts with the time', () => {
    const process = aProcess({ namespace: '4026531836', number: 4_194_303, start: '99999999999999' })

    const text = formatOwner(anOwner({ process, container: '0123456789ab' }), unique)

    assert.match(text, /^20261123t123456-[\w.-]{1,90}$/)
  })

  it('tells two owners of one process apart', () => {
    assert.notEqual(formatOwner(anOwner(), unique), formatOwner(anOwner(), '4e5f6a7b'))
  })
})

describe('parseOwner', () => {
  for (const text of [
    '',
    'owner',
    '20261123t123456-0a1b2c3d',
    '20261323t123456-aa-bb-1-1-1-0-01234567',
    `${formatOwner(anOwner(), unique)}x`,
    `x${formatOwner(anOwner(), unique)}`,
  ]) {
    it(`knows no owner in "${text.slice(0, 40)}"`, () => {
      assert.equal(parseOwner(text), undefined)
    })
  }
})

describe('parseTime', () => {
  it('reads whole seconds in UTC', () => {
    assert.deepEqual(parseTime('20261123t123456'), new Date('2026-11-23T12:34:56Z'))
    assert.equal(parseTime('20261123T123456Z'), undefined)
  })
})

describe('judgeLife', () => {
  const here = aProcess()
  const container = '0123456789ab'
  const view = (running: boolean, life: 'alive' | 'dead' | 'unknown'): LifeView => ({
    self: here,
    lifeOf: () => life,
    runsContainer: (id) => running && id === container,
  })
  const elsewhere = {
    otherNamespace: { namespace: '2' },
    otherBoot: { boot: 'bbbb' },
    otherMachine: { machine: 'cccc' },
  }

  const rows: readonly (readonly [what: string, owner: Owner, view: LifeView, life: string])[] = [
    ['a process here that runs', anOwner(), view(false, 'alive'), 'alive'],
    ['a process here that ended', anOwner(), view(false, 'dead'), 'dead'],
    ['a process here that is hidden', anOwner(), view(false, 'unknown'), 'unknown'],
    ['a process here, in our own container', anOwner({ container }), view(true, 'dead'), 'dead'],
    ['one from before a restart', anOwner({ process: aProcess(elsewhere.otherBoot) }), view(false, 'alive'), 'dead'],
    [
      'one in another namespace',
      anOwner({ process: aProcess(elsewhere.otherNamespace) }),
      view(false, 'dead'),
      'unknown',
    ],
    ['one on another machine', anOwner({ process: aProcess(elsewhere.otherMachine) }), view(false, 'dead'), 'unknown'],
    [
      'one in a container that runs',
      anOwner({ process: aProcess(elsewhere.otherMachine), container }),
      view(true, 'dead'),
      'unknown',
    ],
    [
      'one in a container that is gone',
      anOwner({ process: aProcess(elsewhere.otherMachine), container }),
      view(false, 'alive'),
      'dead',
    ],
    [
      'one in a container that was started again since',
      anOwner({ process: aProcess(elsewhere.otherBoot), container }),
      view(true, 'alive'),
      'dead',
    ],
  ]
  for (const [what, owner, from, life] of rows) {
    it(`says ${life} of ${what}`, () => {
      assert.equal(judgeLife(owner, from), life)
    })
  }
})
