import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../drizzle/database'
import { migrate } from '../drizzle/migrate'
import { readConfig } from './config'
import { verifyAudit } from './features/audit/audit.store'
import { findAgentByUsername } from './features/auth/auth.store'
import { issueSetupLink } from './features/auth/sessions.usecases'
import { system } from './lib/actor'
import { systemClock } from './lib/clock'
import { createLogger } from './lib/logger'
import { projectRoot } from './lib/project'
import { rebuildFigures } from './rebuild-figures'
import { rebuildSearch } from './rebuild-search'

const usage = `用法 Usage:
  npm run admin -- reset USER     一次性设置密码链接 print a one-time set-up link for the account
  npm run admin -- verify-audit   校验审计日志 recompute the chain of the audit log
  npm run admin -- rebuild-figures  重新统计看板数据 count the figures of the dashboard anew from the events
  npm run admin -- rebuild-search   重建搜索索引 fill the search index anew; the running server does it
`

const say = (line: string) => process.stdout.write(`${line}\n`)
const complain = (line: string): number => {
  process.stderr.write(`${line}\n`)
  return 1
}

const withDatabase = async (
  work: (db: ReturnType<typeof openDatabase>) => Promise<number>,
): Promise<number> => {
  const config = readConfig(process.env)
  const path = join(config.dataDir, 'bangban.db')
  if (!existsSync(path)) return complain(`没有数据库 There is no database at ${path}: run npm start first.`)
  migrate(path, join(projectRoot, 'drizzle/migrations/sqlite'), () => systemClock.now())
  const db = openDatabase(path, { readers: 1 })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/** Prints a one-time link. The running server sees it at once: both work on the same database. */
const reset = (username: string): Promise<number> =>
  withDatabase((db) =>
    db.write(async (tx) => {
      const agent = await findAgentByUsername(tx, username)
      if (!agent) return complain(`没有此账号 There is no account "${username}".`)
      if (!agent.isActive) return complain(`账号已停用 The account "${username}" is switched off.`)
      const link = await issueSetupLink(
        tx,
        { clock: systemClock, config: readConfig(process.env) },
        system,
        agent.id,
      )
      say(`${link.url}\n有效期至 Valid until ${link.expiresAt}`)
      return 0
    }),
  )

const verify = (): Promise<number> =>
  withDatabase(async (db) => {
    const verdict = await db.read(verifyAudit)
    if (!verdict.isIntact)
      return complain(
        `审计日志在第 ${verdict.brokenAt} 条断裂 The audit log is broken at entry ${verdict.brokenAt}.`,
      )
    say(`审计日志完整，共 ${verdict.entries} 条 The audit log is intact: ${verdict.entries} entries.`)
    return 0
  })

const rebuild = (): Promise<number> =>
  withDatabase(async (db) => {
    const logger = createLogger('warn')
    const count = await rebuildFigures({ db, clock: systemClock, logger })
    say(`已重新统计 ${count} 条事件 Figures counted anew from ${count} events.`)
    return 0
  })

const run = (args: string[]): Promise<number> | number => {
  const [command, user] = args
  if (command === 'reset' && user) return reset(user)
  if (command === 'verify-audit') return verify()
  if (command === 'rebuild-figures') return rebuild()
  if (command === 'rebuild-search') return withDatabase((db) => rebuildSearch(db, say))
  return complain(usage)
}

process.exitCode = await run(process.argv.slice(2))
