import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// azure-pipelines-task-lib writes a key file into the agent's temporary folder as soon as it is imported.
process.env.AGENT_TEMPDIRECTORY ??= mkdtempSync(join(tmpdir(), 'platform-image-tests-'))

// The AWS SDK prints a notice about a later end of Node 20 support with the first client that anybody makes.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
