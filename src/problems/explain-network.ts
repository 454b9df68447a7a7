import { ConnectionError, TooLargeError, UnsafeAddressError } from '../http/http-client.ts'
import { NetworkSettingError, type NetworkSetting } from '../http/network.ts'
import { explainWay } from './explain-way.ts'
import type { Problem } from './problem.ts'
import { check } from './words.ts'

/** Network errors that no other file here explains. */
export function explainNetwork(error: unknown): Problem | undefined {
  if (error instanceof NetworkSettingError) return explainSetting(error.setting)
  if (error instanceof ConnectionError) {
    const advice = check("the agent's network and its proxy")
    return { code: 'host-unreachable', reason: error.message, advice, ...explainWay(error.code) }
  }
  if (error instanceof TooLargeError) return { code: 'answer-too-large', reason: error.message, advice: [] }
  if (error instanceof UnsafeAddressError && error.from !== undefined) {
    const reason = `${error.from} sends the task on to ${error.host} over ${error.protocol}, which is not safe: an answer leads from https to https alone, and to this machine never`
    return { code: 'redirect-unsafe', reason, advice: check("the agent's network for a proxy that answers instead") }
  }
  if (error instanceof UnsafeAddressError) {
    const reason = `${error.host} is not asked over ${error.protocol}: only https is safe outside this machine`
    return { code: 'address-not-https', reason, advice: [] }
  }
  return undefined
}

function explainSetting(setting: NetworkSetting): Problem {
  switch (setting.is) {
    case 'proxy':
      return {
        code: 'proxy-setting-invalid',
        attempt: `Cannot use the proxy of ${setting.of}`,
        reason: 'it is not an http address',
        advice: ['Write it as http://host:port'],
      }
    case 'proxy-bypass-list':
      return {
        code: 'proxy-setting-invalid',
        attempt: 'Cannot use Agent.ProxyBypassList',
        reason: 'it is not a JSON list',
        advice: ["Correct the agent's .proxybypass"],
      }
    case 'client-certificate':
      return {
        code: 'client-certificate-unreadable',
        attempt: `Cannot read the agent's client certificate in ${setting.file}`,
        reason: 'the file cannot be read',
        advice: ["Correct the agent's sslclientcert and sslclientcertkey"],
      }
    case 'authorities':
      return {
        code: 'authorities-unreadable',
        attempt: `Cannot read the certificate authorities in ${setting.file}`,
        reason: 'the file cannot be read',
        advice: ["Correct the agent's sslcacert or NODE_EXTRA_CA_CERTS"],
      }
  }
}
