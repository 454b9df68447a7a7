import { PackagingError, parseIdentity } from './packaging/identity.ts'
import { packageExtension } from './packaging/package-extension.ts'
import { defaultIdentity } from './packaging/stage-extension.ts'

/** Makes the VSIX: `npm run package -- --publisher acme --version 1.2.3 [--development]`. */
try {
  const identity = parseIdentity(process.argv.slice(2), await defaultIdentity())
  console.log(`Packaged ${await packageExtension(identity)}`)
} catch (error) {
  if (!(error instanceof PackagingError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
