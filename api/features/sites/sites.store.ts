import { asc, eq, inArray } from 'drizzle-orm'
import { permissionsOf } from '../../../contract/permissions.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { agents, departments, presence, sites } from '../../../drizzle/schema/index'
import { type AgentActor, isSameLine } from '../../lib/actor'

/** A site with the department that answers for it. */
export type SiteRow = typeof sites.$inferSelect & { departmentName: string; departmentPath: string }

const selectSites = (tx: Tx) =>
  tx
    .select({ site: sites, departmentName: departments.name, departmentPath: departments.path })
    .from(sites)
    .innerJoin(departments, eq(departments.id, sites.departmentId))

const flat = (found: {
  site: typeof sites.$inferSelect
  departmentName: string
  departmentPath: string
}): SiteRow => ({
  ...found.site,
  departmentName: found.departmentName,
  departmentPath: found.departmentPath,
})

/** The site with this key, whether active or not. */
export const findSiteByKey = async (tx: Tx, key: string): Promise<SiteRow | null> => {
  const [found] = await selectSites(tx).where(eq(sites.key, key))
  return found ? flat(found) : null
}

export const findSite = async (tx: Tx, id: string): Promise<SiteRow | null> => {
  const [found] = await byId(tx, { id })
  return found ? flat(found) : null
}

const byId = prepared((tx, v: { id: string }) => selectSites(tx).where(eq(sites.id, v.id)))
const all = prepared((tx) => selectSites(tx).orderBy(asc(sites.createdAt), asc(sites.id)))

export const listSites = async (tx: Tx): Promise<SiteRow[]> => (await all(tx, {})).map(flat)

/** Sites on the actor's line of departments: those of departments above and below the actor's own. */
export const listSitesServedBy = async (tx: Tx, actor: AgentActor): Promise<SiteRow[]> =>
  (await listSites(tx)).filter((site) => isSameLine(actor.departmentPath, site.departmentPath))

export const insertSite = async (tx: Tx, row: typeof sites.$inferInsert): Promise<void> => {
  await tx.insert(sites).values(row)
}

export const updateSiteRow = async (
  tx: Tx,
  id: string,
  set: Partial<typeof sites.$inferInsert>,
): Promise<void> => {
  await tx.update(sites).set(set).where(eq(sites.id, id))
}

/** True where an agent of the site's line is online and may serve. */
export const isStaffed = async (tx: Tx, site: Pick<SiteRow, 'departmentPath'>): Promise<boolean> => {
  const online = await tx
    .select({ path: departments.path, roles: agents.roles, isActive: agents.isActive })
    .from(presence)
    .innerJoin(agents, eq(agents.id, presence.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(inArray(presence.availability, ['available', 'busy', 'wrapping_up', 'away']))
  return online.some(
    (agent) =>
      agent.isActive &&
      permissionsOf(agent.roles).includes('consultations.serve') &&
      isSameLine(agent.path, site.departmentPath),
  )
}
