/** What the machine itself must offer: Node.js, SQLite, disk, clock, a search engine. */
import { existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, words } from '../setup/shell.mjs'
import { bad, good, note } from './rows.mjs'

const GB = 1024 ** 3
const DISK_NEEDED = 0.5 * GB
const DISK_COMFORTABLE = 5 * GB

export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isEnough = major > 20 || (major === 20 && minor >= 19)
  if (!isEnough)
    return bad(
      'Node.js',
      process.versions.node,
      words('请安装 Node.js 20.19 或更新版本', 'install Node.js 20.19 or newer'),
    )
  return good('Node.js', `${process.versions.node} (${process.platform} ${process.arch})`)
}

export async function checkSqlite() {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(':memory:')
  try {
    const version = database.prepare('select sqlite_version() as version').get().version
    database.exec("create virtual table t using fts5(x); insert into t values ('bangban')")
    const hits = database.prepare("select count(*) as n from t where t match 'bangban'").get().n
    if (hits !== 1)
      return bad(
        'SQLite',
        `${version}, FTS5`,
        words('全文索引没有返回结果', 'full-text search found nothing'),
      )
    return good('SQLite', `${version}, FTS5`)
  } finally {
    database.close()
  }
}

/** The folder may not exist yet: its nearest existing parent is on the same disk. */
export function checkDisk(dataDir) {
  let folder = dataDir
  while (!existsSync(folder)) folder = dirname(folder)
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const name = words('磁盘', 'Disk')
  const text = `${(free / GB).toFixed(1)} GB ${words('可用', 'free')} (${dataDir})`
  if (free < DISK_NEEDED)
    return bad(name, text, words('请清理磁盘，或把 DATA_DIR 移到别处', 'free some space or move DATA_DIR'))
  if (free < DISK_COMFORTABLE)
    return note(name, text, words('文件和快照会占用空间', 'files and snapshots will need more'))
  return good(name, text)
}

/** A clock before the program's own files, or far from a server's, breaks tokens, deadlines and numbers. */
export async function checkClock(env) {
  const name = words('时钟', 'Clock')
  const remedy = words('请启用时间同步（NTP）', 'switch time synchronisation (NTP) on')
  const now = Date.now()
  if (now < statSync(join(ROOT, 'package.json')).mtimeMs - 86_400_000)
    return bad(
      name,
      `${new Date(now).toISOString()}: ${words('早于程序文件', 'before this program was made')}`,
      remedy,
    )
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const skew = env.LIVEKIT_URL ? await skewSeconds(env.LIVEKIT_URL.replace(/^ws/, 'http')) : undefined
  const against = skew === undefined ? '' : ` ${words('与 LiveKit 相差', 'from LiveKit')} ${skew} s`
  if (Math.abs(skew ?? 0) > 30) return bad(name, against, remedy)
  return good(name, `${new Date(now).toISOString()} ${zone}${against}`)
}

async function skewSeconds(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  const date = response?.headers.get('date')
  return date ? Math.round((Date.now() - Date.parse(date)) / 1000) : undefined
}

export async function checkSearch(env) {
  const name = words('搜索引擎', 'Search engine')
  if (!env.MEILI_URL)
    return good(name, words('SQLite 全文检索（内置）', 'SQLite full-text search (built in)'))
  const response = await fetch(`${env.MEILI_URL}/health`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  )
  if (response?.ok) return good(name, `Meilisearch ${env.MEILI_URL}`)
  return bad(
    name,
    `Meilisearch ${env.MEILI_URL}`,
    words('没有应答：请启动它或清空 MEILI_URL', 'no answer: start it or empty MEILI_URL'),
  )
}
