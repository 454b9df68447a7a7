import { startTeams } from './teams.ts'

/** `npm run teams`: a channel to send cards to and to look at, until Ctrl-C. */
const teams = await startTeams()
console.log(`The channel:  ${teams.pageUrl}\nIts webhook:  ${teams.webhookUrl}`)
process.once('SIGINT', () => void teams.stop())
