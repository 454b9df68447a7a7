import assert from 'node:assert/strict'
import { connect } from '../../src/docker/connection/connection.ts'
import { readEngineAddress } from '../../src/docker/connection/engine-address.ts'
import {
  findOwnContainer,
  type JobContainer,
  type OwnContainer,
  type ContainerEvidence,
} from '../../src/docker/own-container.ts'
import { type FakeAnswers, startFakeEngine } from '../support/fake-engine.ts'
import { rejects } from '../support/problems.ts'

const id = '1f'.repeat(32)
const mounts = [
  '612 596 0:55 / /proc rw,nosuid - proc proc rw',
  `620 605 254:1 /var/lib/docker/containers/${id}/resolv.conf /etc/resolv.conf rw,relatime - ext4 /dev/sda1 rw`,
  `621 605 254:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw`,
].join('\n')
const outside: ContainerEvidence = {
  isInContainer: false,
  mounts: '612 596 0:55 / /proc rw - proc proc rw',
  hostName: 'build-1',
}
const inside: ContainerEvidence = { isInContainer: true, mounts, hostName: id.slice(0, 12) }

/** The answer to an inspection of a container on these networks. */
function onNetworks(networks: readonly string[], isRunning = true) {
  const entries = networks.map((name) => [name, { IPAddress: '' }])
  const body = {
    Id: id,
    State: { Running: isRunning },
    NetworkSettings: { Networks: Object.fromEntries(entries) as unknown },
  }
  return { [`GET /containers/${id}/json`]: { body }, [`GET /containers/${id.slice(0, 12)}/json`]: { body } }
}

async function find(
  traces: ContainerEvidence,
  answers: FakeAnswers,
  job: JobContainer = {},
): Promise<OwnContainer | undefined> {
  const engine = await startFakeEngine(answers)
  try {
    return await findOwnContainer(job, connect(readEngineAddress({ DOCKER_HOST: engine.host })), traces)
  } finally {
    await engine.stop()
  }
}

describe('findOwnContainer', () => {
  const rows: readonly (readonly [what: string, networks: readonly string[], job: JobContainer, network?: string])[] = [
    ['the only network', ['bridge'], {}, 'bridge'],
    ["the job's own of several", ['bridge', 'vsts_network_1'], { network: 'vsts_network_1' }, 'vsts_network_1'],
    ["another one where it is not on the job's", ['bridge'], { network: 'vsts_network_1' }, 'bridge'],
    ["none where it has the machine's own", ['host'], { network: 'host' }],
    ['none where it is cut off', ['none'], {}],
  ]
  for (const [what, networks, job, network] of rows) {
    it(`finds ${what}`, async () => {
      assert.deepEqual(await find(inside, onNetworks(networks), job), { id, network })
    })
  }

  it('finds a container whose mounts do not tell, by its host name', async () => {
    const own = await find({ ...inside, mounts: '' }, onNetworks(['bridge']))

    assert.equal(own?.id, id)
  })

  it("finds it by what the agent says where it shares the machine's name", async () => {
    const own = await find({ ...inside, mounts: '', hostName: 'build-1' }, onNetworks(['host']), { id })

    assert.deepEqual(own, { id, network: undefined })
  })

  it("is not misled where a step runs beside the job's container", async () => {
    assert.equal(await find(outside, onNetworks(['bridge']), { id, network: 'bridge' }), undefined)
  })

  it('is not misled by a machine that is called like a container', async () => {
    const answers = { 'GET /containers/build-1/json': onNetworks(['bridge'])[`GET /containers/${id}/json`] ?? {} }

    assert.equal(await find({ ...inside, mounts: '', hostName: 'build-1' }, answers), undefined)
  })

  it('finds none that the engine does not know, or that has ended', async () => {
    assert.equal(await find(inside, {}), undefined)
    assert.equal(await find(inside, onNetworks(['bridge'], false)), undefined)
  })

  it('tells that the engine could not say', async () => {
    const answers = { [`GET /containers/${id}/json`]: { status: 500, body: { message: 'no memory' } } }

    await rejects(find(inside, answers), { message: 'Cannot find the container of this step: no memory.' })
  })

  it('looks for the traces of this very process where none are given', async () => {
    const engine = await startFakeEngine({})

    const own = await findOwnContainer({}, connect(readEngineAddress({ DOCKER_HOST: engine.host })))

    assert.equal(own, undefined)
    await engine.stop()
  })
})
