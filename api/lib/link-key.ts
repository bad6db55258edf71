import { eq } from 'drizzle-orm'
import type { Database } from '../../drizzle/database'
import { settings } from '../../drizzle/schema/index'
import { newSecret } from './ids'

const settingKey = 'documents.link_key'
const keys = new WeakMap<Database, Promise<string>>()

/** The signing key of this installation, made on first use and kept, so that addresses outlive a restart. */
export const linkKey = (db: Database): Promise<string> => {
  const known = keys.get(db)
  if (known) return known
  const loading = loadKey(db)
  keys.set(db, loading)
  // A failed look-up must not be remembered as the key.
  loading.catch(() => keys.delete(db))
  return loading
}

const loadKey = async (db: Database): Promise<string> => {
  const [row] = await db.read((tx) => tx.select().from(settings).where(eq(settings.key, settingKey)))
  if (row) return row.value
  return db.write(async (tx) => {
    await tx.insert(settings).values({ key: settingKey, value: newSecret() }).onConflictDoNothing()
    const [kept] = await tx.select().from(settings).where(eq(settings.key, settingKey))
    if (!kept) throw new Error('The signing key was not kept')
    return kept.value
  })
}
