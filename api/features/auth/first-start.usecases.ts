import type { Tx } from '../../../drizzle/database'
import { demoAgents, seedDemo } from '../../../drizzle/demo/seed'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { newId, newSecret, randomText } from '../../lib/ids'
import { hasAgents, insertAgent } from '../agents/agents.store'
import { writeAudit } from '../audit/audit.store'
import { insertDepartment } from '../departments/departments.store'
import { findSiteByKey, updateSiteRow } from '../sites/sites.store'
import { findAgentByUsername, hasAnyPassword } from './auth.store'
import { type DemoAccount, demoAccountsFile, keepDemoAccounts } from './demo-accounts'
import { hashPassword } from './passwords'
import { issueSetupLink } from './sessions.usecases'

const adminUsername = 'admin'

/**
 * Prepares a database without accounts: the sample centre, or with `DEMO=off` a root department and an
 * administrator without a password, whose one-time link is made anew at every start until somebody used it.
 * Returns the lines to show to whoever started the program.
 */
export const firstStart = async (deps: Deps): Promise<string[]> => {
  const isEmpty = !(await deps.db.read(hasAgents))
  if (isEmpty && deps.config.isDemo) return startDemo(deps)
  if (isEmpty) await deps.db.write((tx) => createFirstAdmin(tx, deps))
  if (deps.config.isDemo) await deps.db.write((tx) => keepSampleOrigins(tx, deps))
  return inviteFirstAdmin(deps)
}

/** Where the sample page may be: the next port under the names people use for this machine. */
export const sampleOrigins = (config: Pick<Deps['config'], 'publicUrl' | 'port'>): string[] => {
  const own = new URL(config.publicUrl)
  const at = (host: string, port: number) => `${own.protocol}//${host}:${port}`
  const hosts = [...new Set(['localhost', '127.0.0.1', own.hostname])]
  return [
    ...new Set([...hosts.flatMap((host) => [at(host, config.port + 1), at(host, config.port)]), own.origin]),
  ]
}

const startDemo = async (deps: Deps): Promise<string[]> => {
  const accounts: DemoAccount[] = demoAgents.map(({ username, roles }) => ({
    username,
    password: randomText(14),
    roles,
  }))
  const hashes = await Promise.all(
    accounts.map(async ({ username, password }) => [username, await hashPassword(password)] as const),
  )
  // The file comes first: accounts whose passwords nobody knows would be worse than a file without accounts.
  keepDemoAccounts(deps.config.dataDir, accounts)
  await deps.db.write(async (tx) => {
    const now = deps.clock.now()
    await seedDemo(tx, {
      now,
      newId,
      newSecret,
      passwordHashes: new Map(hashes),
      sampleOrigins: sampleOrigins(deps.config),
    })
    await writeAudit(tx, {
      at: now,
      actor: system,
      action: 'installation.demo_seeded',
      thing: 'installation',
    })
  })
  const width = Math.max(...accounts.map(({ username }) => username.length))
  return [
    '演示账号（仅显示一次） Demo accounts (shown once):',
    ...accounts.map(
      ({ username, password, roles }) => `  ${username.padEnd(width)}  ${password}  ${roles.join(', ')}`,
    ),
    `已保存至 Kept in ${demoAccountsFile(deps.config.dataDir)}`,
  ]
}

const createFirstAdmin = async (tx: Tx, deps: Deps): Promise<void> => {
  const now = deps.clock.now()
  const departmentId = newId('dep')
  await insertDepartment(tx, {
    id: departmentId,
    parentId: null,
    name: '政务服务中心',
    level: 'city',
    path: `/${departmentId}/`,
    position: 0,
    createdAt: now,
  })
  const id = newId('agt')
  await insertAgent(tx, {
    id,
    username: adminUsername,
    name: '管理员',
    passwordHash: null,
    roles: ['admin'],
    departmentId,
    isActive: true,
    createdAt: now,
  })
  await writeAudit(tx, { at: now, actor: system, action: 'installation.set_up', thing: id })
}

const inviteFirstAdmin = async (deps: Deps): Promise<string[]> => {
  const link = await deps.db.write(async (tx) => {
    const admin = await findAgentByUsername(tx, adminUsername)
    if (!admin || (await hasAnyPassword(tx))) return null
    return issueSetupLink(tx, deps, system, admin.id)
  })
  return link
    ? [`管理员设置密码（一次有效） One-time link to set the password of "${adminUsername}":`, `  ${link.url}`]
    : []
}

/** The port or the address may be another one today: the sample page goes on working. */
const keepSampleOrigins = async (tx: Tx, deps: Deps): Promise<void> => {
  const site = await findSiteByKey(tx, 'demo')
  if (!site) return
  const missing = sampleOrigins(deps.config).filter((origin) => !site.origins.includes(origin))
  if (missing.length > 0) await updateSiteRow(tx, site.id, { origins: [...site.origins, ...missing] })
}
