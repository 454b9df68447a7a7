import { dockerEngine } from '../../src/docker/docker-engine.ts'
import { shortDigest } from '../../src/model/digest.ts'
import { parseVersionTag } from '../../src/model/release-line.ts'
import { runTask } from '../../src/pipelines/run-task.ts'
import { publishImage, retagRelease } from '../../src/publish/publish-image.ts'
import { openRepository } from '../open-repository.ts'
import { readAction } from '../read-inputs.ts'
import { publishedOutputs } from './outputs.ts'

void runTask(async (context) => {
  const { inputs, log, signal, output } = context
  const action = readAction(inputs)
  if (action === 'none') {
    output({ action: 'none' })
    return 'Nothing to publish: the action is none.'
  }
  const { line, repository } = openRepository(context)
  const leftOut = (tag: string) => {
    log.warning(`The extra tag ${tag} holds a variable that does not exist; it is left out.`)
  }
  const wishes = { line, extraTags: inputs.lenientList('extraTags', leftOut), tagAsLatest: inputs.flag('tagAsLatest') }

  const published =
    action === 'retag'
      ? await retagRelease(wishes, { repository, log })
      : await publishImage(
          {
            ...wishes,
            image: inputs.text('image'),
            version: parseVersionTag(line, inputs.text('versionTag')),
            createRepository: inputs.flag('createRepository'),
          },
          { repository, store: dockerEngine({ signal }), log },
        )
  output(publishedOutputs(published))
  return `${published.repositoryUri}:${published.versionTag} is published (${shortDigest(published.digest)}).`
})
