import type { z } from 'zod'
import { isOpenAt, isTimeZone } from '../../../contract/hours.rules'
import type {
  createSite as createBody,
  SiteView,
  updateSite as updateBody,
} from '../../../contract/people.schema'
import type { PublicSite } from '../../../contract/visitors.schema'
import type { Tx } from '../../../drizzle/database'
import { type AgentActor, type Authorized, authorize, isBelow } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId, newSecret } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { loadDepartment } from '../departments/departments.store'
import {
  findSite,
  findSiteByKey,
  insertSite,
  isStaffed,
  listSites,
  type SiteRow,
  updateSiteRow,
} from './sites.store'

type SiteDeps = Pick<Deps, 'clock'>

const workingHours = [1, 2, 3, 4, 5].map((day) => ({
  day,
  spans: [
    { from: '09:00', to: '12:00' },
    { from: '13:30', to: '17:00' },
  ],
}))
const defaults = {
  theme: { color: '#0b6e63', title: '在线帮办', greeting: '您好，请问需要办理什么业务？' },
  hours: workingHours,
  timeZone: 'Asia/Shanghai',
}

const present = (row: SiteRow): SiteView => ({
  id: row.id,
  key: row.key,
  name: row.name,
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  origins: row.origins,
  theme: row.theme,
  hours: row.hours,
  timeZone: row.timeZone,
  isIdentityRequired: row.isIdentityRequired,
  isActive: row.isActive,
  createdAt: iso(row.createdAt),
})

const notFound = () => refuse('sites.not_found', 'There is no such site.')

const loadSite = async (tx: Tx, actor: AgentActor, id: string): Promise<Authorized<SiteRow>> => {
  const row = await findSite(tx, id)
  if (!row || !isBelow(actor, row.departmentPath)) throw notFound()
  return authorize(row)
}

const viewOf = async (tx: Tx, id: string): Promise<SiteView> => {
  const row = await findSite(tx, id)
  if (!row) throw notFound()
  return present(row)
}

/** Sites of the actor's department and below, for administration. */
export const listManagedSites = async (tx: Tx, actor: AgentActor): Promise<SiteView[]> =>
  (await listSites(tx)).filter((site) => isBelow(actor, site.departmentPath)).map(present)

/** Origins as browsers send them: lower case, without a default port, each once. */
const plainOrigins = (origins: readonly string[]): string[] => [
  ...new Set(
    origins.map((origin) => {
      if (!URL.canParse(origin)) throw invalidField('origins', `${origin} is not an origin`)
      return new URL(origin).origin
    }),
  ),
]

const invalidField = (field: string, message: string) =>
  refuse('request.invalid', 'The request is not of the expected shape.', {
    errors: [{ path: `body.${field}`, message }],
  })

const requireTimeZone = (timeZone: string | undefined): void => {
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw invalidField('timeZone', 'not an IANA time zone')
}

/** Adds a site in the actor's branch; its secret is in this answer only. Throws 400, 404 and 409. */
export const createSite = async (
  tx: Tx,
  deps: SiteDeps,
  actor: AgentActor,
  input: z.infer<typeof createBody>,
): Promise<{ site: SiteView; secret: string }> => {
  requireTimeZone(input.timeZone)
  const department = await loadDepartment(tx, actor, input.departmentId)
  if (await findSiteByKey(tx, input.key)) throw refuse('sites.key_taken', 'This key is taken.')
  const id = newId('sit')
  const secret = newSecret()
  const now = deps.clock.now()
  const { origins, isIdentityRequired = false, ...rest } = input
  await insertSite(tx, {
    ...defaults,
    ...rest,
    id,
    departmentId: department.id,
    origins: plainOrigins(origins),
    secret,
    isIdentityRequired,
    isActive: true,
    createdAt: now,
  })
  await writeAudit(tx, { at: now, actor, action: 'sites.created', thing: id, data: { ...input } })
  return { site: await viewOf(tx, id), secret }
}

/** Changes a site of the actor's branch. Throws 400 and 404. */
export const updateSite = async (
  tx: Tx,
  deps: SiteDeps,
  actor: AgentActor,
  id: string,
  input: z.infer<typeof updateBody>,
): Promise<SiteView> => {
  requireTimeZone(input.timeZone)
  const row = await loadSite(tx, actor, id)
  if (input.departmentId !== undefined) await loadDepartment(tx, actor, input.departmentId)
  const { origins, ...rest } = input
  const kept = { name: row.name, ...rest, ...(origins ? { origins: plainOrigins(origins) } : {}) }
  await updateSiteRow(tx, id, kept)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'sites.changed',
    thing: id,
    data: { ...input },
  })
  return viewOf(tx, id)
}

/** Gives the site a new secret, shown once; tokens signed with the old one stop working at once. Throws 404. */
export const rotateSecret = async (
  tx: Tx,
  deps: SiteDeps,
  actor: AgentActor,
  id: string,
): Promise<{ site: SiteView; secret: string }> => {
  const row = await loadSite(tx, actor, id)
  const secret = newSecret()
  await updateSiteRow(tx, row.id, { secret })
  await writeAudit(tx, { at: deps.clock.now(), actor, action: 'sites.secret_changed', thing: id })
  return { site: await viewOf(tx, id), secret }
}

/** The site behind a key. Throws 404, also for one that is switched off. */
export const requireOpenSite = async (tx: Tx, key: string): Promise<SiteRow> => {
  const row = await findSiteByKey(tx, key)
  if (!row?.isActive) throw notFound()
  return row
}

/** What everybody may know of a site. Throws 404, also for one that is switched off. */
export const describeSite = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'livekit' | 'sms'>,
  key: string,
): Promise<PublicSite> => {
  const row = await requireOpenSite(tx, key)
  return {
    key: row.key,
    name: row.name,
    isOpen: isOpenAt(row, deps.clock.now()),
    isStaffed: await isStaffed(tx, row),
    isVideoAvailable: deps.livekit !== null,
    isIdentityRequired: row.isIdentityRequired,
    canFollowByCode: deps.sms !== null,
    theme: row.theme,
    hours: row.hours,
    timeZone: row.timeZone,
  }
}
