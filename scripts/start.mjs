/**
 * `npm start`: sets up whatever is missing, then runs and supervises everything in the foreground.
 * `--lan` serves HTTPS on the local network; `--dev` shows every change at once.
 */
import { join } from 'node:path'
import { ensureBuild } from './setup/build.mjs'
import { dataDirectory, loadEnvironment } from './setup/env-file.mjs'
import { ensureLiveKit } from './setup/livekit.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { localBin, main, PlainError, ROOT, secondsSince, warn, words } from './setup/shell.mjs'
import { SupervisedChild } from './supervisor/child.mjs'
import { startInstallation } from './supervisor/installation.mjs'
import { findBlock } from './supervisor/ports.mjs'

function parseFlags(args) {
  const unknown = args.filter((arg) => !['--lan', '--dev'].includes(arg))
  if (unknown.length > 0)
    throw new PlainError(`未知参数：${unknown.join(' ')}`, `Unknown option: ${unknown.join(' ')}`)
  return { lan: args.includes('--lan'), dev: args.includes('--dev') }
}

function printAddresses(installation, env, startedAt) {
  const { url, dataDir, livekit } = installation
  const rows = [
    ['坐席控制台', 'Agent console', `${url}/console/`],
    ['演示网页', 'Demo page', `${url}/demo/`],
    ['求助页', 'Help page', `${url}/help/demo`],
    ['接口文档', 'API', `${url}/api/docs`],
  ]
  if (env.DEMO !== 'off') rows.push(['演示账号', 'Demo accounts', join(dataDir, 'demo-accounts.json')])
  const video = {
    managed: `LiveKit ${livekit.ports?.port}`,
    external: 'LIVEKIT_URL',
    none: words('已关闭', 'off'),
  }
  rows.push(['视频', 'Video', video[livekit.kind]])
  const lines = rows.map(([zh, en, value]) => `  ${zh} ${en}: ${value}`)
  const ready = words(
    `帮办已就绪（${secondsSince(startedAt)} 秒）`,
    `Bangban is ready (${secondsSince(startedAt)} s)`,
  )
  const end = words('按 Ctrl-C 停止全部服务。', 'Ctrl-C stops everything.')
  process.stdout.write(`\n${ready}\n${lines.join('\n')}\n  ${end}\n\n`)
}

/**
 * Vite serves console and panel as they are written, through the API: one origin, as in production, and a change
 * is seen without a reload. The embed script is rebuilt: it runs in other people's pages.
 */
function watchFrontEnds(installation, env) {
  const watched = {
    console: ['--mode', 'console'],
    panel: ['--mode', 'panel'],
    loader: ['build', '--watch', '--mode', 'loader', '--logLevel', 'warn'],
  }
  return Object.entries(watched).map(([mode, args]) => {
    const child = new SupervisedChild({
      name: `vite-${mode}`,
      runDir: join(installation.dataDir, 'run'),
      launch: () => ({
        command: localBin('vite'),
        args,
        env: { ...process.env, ...env },
        cwd: ROOT,
      }),
    })
    child.start()
    return child
  })
}

/** The first signal stops in order; a second one does not wait any longer. */
function stopOnSignals(parts) {
  let isStopping = false
  const stop = async (signal) => {
    if (isStopping || !parts.installation) process.exit(130)
    isStopping = true
    warn(`收到 ${signal}，正在停止…`, `${signal}: stopping …`)
    await Promise.all(parts.watchers.map((child) => child.stop(2_000)))
    await parts.installation.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(signal))
  // A closed terminal ends what it shows; under nohup or a service manager there is none to close.
  process.on('SIGHUP', () => process.stdout.isTTY && void stop('SIGHUP'))
}

await main(async () => {
  const startedAt = performance.now()
  const { lan, dev } = parseFlags(process.argv.slice(2))
  const parts = { installation: undefined, watchers: [] }
  stopOnSignals(parts)
  const env = loadEnvironment()
  await ensurePackages()
  const livekit = await ensureLiveKit(env)
  await ensureBuild()
  if (dev) {
    const loopback = '127.0.0.1'
    const first = await findBlock(5173, [
      { offset: 0, host: loopback },
      { offset: 1, host: loopback },
    ])
    Object.assign(env, { DEV_CONSOLE_PORT: String(first), DEV_PANEL_PORT: String(first + 1) })
  }
  parts.installation = await startInstallation({ dataDir: dataDirectory(env), env, livekit, lan, dev })
  if (dev) parts.watchers = watchFrontEnds(parts.installation, env)
  printAddresses(parts.installation, env, startedAt)
})
