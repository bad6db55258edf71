/** `npm run doctor`: a line per thing that can be wrong, each with its remedy; exit code 1 if one is. */

import { checkClock, checkDisk, checkNode, checkSearch, checkSqlite } from './doctor/machine.mjs'
import { checkMessaging } from './doctor/messaging.mjs'
import { bad, formatRow, good, guarded, note } from './doctor/rows.mjs'
import { dataDirectory, loadEnvironment } from './setup/env-file.mjs'
import { arePackagesCurrent } from './setup/packages.mjs'
import { main, words } from './setup/shell.mjs'

const rows = []

function show(row) {
  rows.push(row)
  process.stdout.write(`${formatRow(row)}\n`)
}

async function checkApi(dataDir) {
  const { isAlive, readPid } = await import('./supervisor/pids.mjs')
  const { join } = await import('node:path')
  const supervisor = readPid(join(dataDir, 'run'), 'supervisor')
  if (!isAlive(supervisor))
    return note('API', words('未运行', 'not running'), words('用 npm start 启动', 'start it with npm start'))
  if (!supervisor.url)
    return note('API', words('正在启动', 'starting'), words('稍后再查', 'ask again in a moment'))
  if (isAlive(readPid(join(dataDir, 'run'), 'api'))) return good('API', supervisor.url)
  return bad(
    'API',
    supervisor.url,
    words('进程已退出，见 npm start 的输出', 'its process has ended; see npm start'),
  )
}

async function examineLiveKit(env, dataDir) {
  const livekit = await import('./doctor/livekit.mjs')
  const { checkMedia } = await import('./doctor/media.mjs')
  const server = await livekit.openLiveKit(env, dataDir)
  if (!server) return show(livekit.withoutLiveKit())
  try {
    const signalling = await livekit.checkSignalling(server)
    show(signalling)
    show(await livekit.checkTcpPort(server))
    if (signalling.state === 'good') for (const row of await checkMedia(server, env)) show(row)
  } finally {
    await server.stop()
  }
  show(livekit.checkTurn(env))
}

await main(async () => {
  const env = loadEnvironment()
  const dataDir = dataDirectory(env)
  show(checkNode())
  if (!arePackagesCurrent()) {
    show(
      bad(
        words('依赖包', 'Packages'),
        words('未安装或已过期', 'missing or out of date'),
        words('运行 npm start', 'run npm start'),
      ),
    )
    process.exitCode = 1
    return
  }
  show(await guarded('SQLite', checkSqlite, 'npm rebuild better-sqlite3'))
  show(checkDisk(dataDir))
  show(await checkClock(env))
  show(await checkSearch(env))
  show(await checkApi(dataDir))
  for (const row of await checkMessaging(env)) show(row)
  await examineLiveKit(env, dataDir)
  process.exitCode = rows.some((row) => row.state === 'bad') ? 1 : 0
})
