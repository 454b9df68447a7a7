import assert from 'node:assert/strict'
import { digestOf } from '../../src/model/digest.ts'
import { keptName, localName, pushName } from '../../src/ownership/local-name.ts'
import { formatOwner, type Life, type Owner } from '../../src/ownership/owner.ts'
import { parseReference, type Reference } from '../../src/model/reference.ts'
import { ownerLabel, testContainerName } from '../../src/ownership/test-container.ts'
import type { EngineContainer, EngineImage } from '../../src/sweep/engine.ts'
import { planSweep, type SweepView } from '../../src/sweep/plan-sweep.ts'
import { amd64, anOwner, aProcess, arm64, aspnet } from '../support/builders.ts'

const now = new Date('2026-11-23T12:00:00Z')
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

/** The number of a process says how it is in these examples. */
const numbers: Readonly<Record<Life, number>> = { alive: 1, dead: 2, unknown: 3 }
const lives: readonly Life[] = ['alive', 'dead', 'unknown']
const lifeOf = ({ process }: Owner): Life => lives.find((life) => numbers[life] === process.number) ?? 'unknown'

function owner(life: Life, age = 0, unique = '0a1b2c3d'): string {
  return formatOwner(anOwner({ began: hoursAgo(age), process: aProcess({ number: numbers[life] }) }), unique)
}

function image(names: readonly string[], digests: readonly string[] = []): EngineImage {
  return { names, digests }
}

function container(of: string, overrides: Partial<EngineContainer> = {}): EngineContainer {
  return { id: of, name: testContainerName(of), isRunning: true, labels: { [ownerLabel]: of }, ...overrides }
}

function plan(
  images: readonly EngineImage[],
  containers: readonly EngineContainer[] = [],
  view: Partial<SweepView> = {},
) {
  return planSweep({ images, containers }, { lifeOf, now, ...view })
}

describe('planSweep', () => {
  describe('what a process made', () => {
    const rows: readonly (readonly [life: Life, age: number, goes: boolean])[] = [
      ['alive', 100, false],
      ['dead', 0, true],
      ['unknown', 5.9, false],
      ['unknown', 6.1, true],
      ['unknown', -0.9, false],
      ['unknown', -1.1, true],
      ['alive', -100, false],
    ]
    for (const [life, age, goes] of rows) {
      it(`${goes ? 'goes' : 'stays'} ${String(age)} h after it began where its life is ${life}`, () => {
        const whose = owner(life, age)
        const names = [localName('test', whose), localName('base', whose)]

        const planned = plan(
          names.map((name) => image([name])),
          [container(whose)],
        )

        assert.deepEqual(planned, { containers: goes ? [whose] : [], names: goes ? names : [] })
      })
    }
  })

  describe('the platform image', () => {
    for (const life of lives) {
      it(`stays for a day, since it is its job's (${life})`, () => {
        const [young, old] = [localName('image', owner(life, 23)), localName('image', owner(life, 25))]

        const ahead = localName('image', owner(life, -48))

        assert.deepEqual(plan([image([young]), image([old]), image([ahead])]).names, [old])
      })
    }

    it('stays when its step is over, and goes when its job is', () => {
      const own = owner('alive')
      const names = [localName('image', own), localName('test', own)]

      assert.deepEqual(plan([image(names)], [], { over: { owner: own, part: 'step' } }).names, [names[1]])
      assert.deepEqual(plan([image(names)], [], { over: { owner: own, part: 'job' } }).names, names)
    })
  })

  it("takes what the owner that is over has, and nobody else's", () => {
    const [own, other] = [owner('alive'), owner('alive', 0, '4e5f6a7b')]
    const images = [image([localName('base', own)]), image([localName('base', other)])]

    const planned = plan(images, [container(own), container(other)], { over: { owner: own, part: 'step' } })

    assert.deepEqual(planned, { containers: [own], names: [localName('base', own)] })
  })

  describe('a base', () => {
    const source = 'localhost:5000/dotnet/aspnet'
    const kept = (age: number, name: Reference = aspnet, platform = amd64, from = source) =>
      keptName({ name, platform, source: from, digest: digestOf('base') }, hoursAgo(age))
    const digest = (letter: string, of = source) => `${of}@sha256:${letter.repeat(64)}`

    it('stays where it is the newest of its name', () => {
      const other = parseReference('mcr.microsoft.com/dotnet/runtime:10.0')
      const images = [kept(100), kept(200, other), kept(300, aspnet, arm64)].map((name) => image([name]))

      assert.deepEqual(plan(images).names, [])
    })

    it('goes with its digest where a newer one came, whatever the order', () => {
      const [older, newer] = [image([kept(2)], [digest('a')]), image([kept(1)], [digest('b')])]

      for (const images of [
        [older, newer],
        [newer, older],
      ]) {
        assert.deepEqual(plan(images).names, [digest('a'), kept(2)])
      }
    })

    it('loses only the older of its own two names where it was pulled twice', () => {
      const images = [image([kept(2), kept(1)], [digest('a')])]

      assert.deepEqual(plan(images).names, [kept(2)])
    })

    it('loses the name of a mirror that it no longer comes from', () => {
      const moved = 'localhost:6000/dotnet/aspnet'
      const images = [image([kept(2), kept(1, aspnet, amd64, moved)], [digest('a'), digest('a', moved)])]

      assert.deepEqual(plan(images).names, [digest('a'), kept(2)])
    })

    it('loses none of the names that somebody else gave it', () => {
      const theirs = ['mcr.microsoft.com/dotnet/aspnet:10.0', 'team/web:1']
      const images = [image([kept(2), ...theirs], [digest('a'), digest('a', 'team/web')]), image([kept(1)])]

      assert.deepEqual(plan(images).names, [digest('a'), kept(2)])
    })

    it('keeps its name by digest where somebody has a tag of the same repository', () => {
      const theirs = image([kept(2), `${source}:10.0`], [digest('a')])

      assert.deepEqual(plan([theirs, image([kept(1)])]).names, [kept(2)])
    })

    it('goes with its digest under the short name that an engine has for Docker Hub', () => {
      const hub = (age: number) => kept(age, aspnet, amd64, 'docker.io/library/alpine')
      const images = [image([hub(2)], [digest('a', 'alpine'), 'Odd@sha512:0']), image([hub(1)])]

      assert.deepEqual(plan(images).names, [digest('a', 'alpine'), hub(2)])
    })

    it('counts as the oldest where it was pulled by a clock that was ahead', () => {
      const images = [kept(-48), kept(2), kept(1)].map((name) => image([name]))

      assert.deepEqual(plan(images).names, [kept(-48), kept(2)])
      assert.deepEqual(plan([image([kept(-48)])]).names, [])
    })

    it('may be a little ahead', () => {
      assert.deepEqual(plan([image([kept(-0.5)]), image([kept(1)])]).names, [kept(1)])
    })

    it('of several in one second keeps one', () => {
      const names = ['localhost:1/a', 'localhost:2/a', 'localhost:3/a'].map((from) => kept(1, aspnet, amd64, from))

      assert.equal(plan(names.map((name) => image([name]))).names.length, 2)
    })
  })

  describe('the name that an image is pushed under', () => {
    const target = 'ecr.example/platform/aspnet:10.0-1.0.0'

    it('goes where the push is dead, and only that', () => {
      const mark = pushName(target, owner('dead'))
      const names = [localName('image', owner('dead')), mark, target, 'ecr.example/platform/aspnet:mine']

      assert.deepEqual(plan([image(names)]).names, [target, mark])
    })

    it('stays while the push lives', () => {
      assert.deepEqual(plan([image([pushName(target, owner('alive')), target])]).names, [])
    })
  })

  it('touches nothing without our mark', () => {
    const dead = owner('dead', 1000)
    const images = [
      image([]),
      image(['team/web:1', `team/platform-image/test:${dead}`, `localhost/team/test:${dead}`]),
      image([
        'localhost/platform-image/test:mine',
        'localhost/platform-image/kept:mine',
        'localhost/platform-image/x:1',
      ]),
    ]
    const containers = [container(dead, { name: 'web' }), container(dead, { labels: {} }), container('somebody')]

    assert.deepEqual(plan(images, containers), { containers: [], names: [] })
  })
})
