/** E-mail and SMS: whether they are set up, and whether the servers can be reached. */
import { connect } from 'node:net'
import { words } from '../setup/shell.mjs'
import { bad, good, note } from './rows.mjs'

const timeoutMs = 5000
const defaultPorts = { 'smtp:': 587, 'smtps:': 465, 'http:': 80, 'https:': 443 }

function isReachable(url) {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || defaultPorts[protocol],
    })
    const answer = (isThere) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.setTimeout(timeoutMs, () => answer(false))
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}

async function checkOne(name, variable, url) {
  if (!url)
    return note(
      name,
      words('未配置，不发送', 'not set up, none is sent'),
      words(`设置 ${variable}`, `set ${variable}`),
    )
  if (!URL.canParse(url))
    return bad(name, words('地址无法识别', 'not an address'), words(`检查 ${variable}`, `check ${variable}`))
  const { host } = new URL(url)
  if (await isReachable(url)) return good(name, host)
  return bad(
    name,
    `${host} ${words('连接不上', 'does not answer')}`,
    words(`检查 ${variable} 和网络`, `check ${variable} and the network`),
  )
}

export async function checkMessaging(env) {
  return [
    await checkOne(words('邮件', 'E-mail'), 'SMTP_URL', env.SMTP_URL),
    await checkOne(words('短信', 'SMS'), 'SMS_URL', env.SMS_URL),
  ]
}
