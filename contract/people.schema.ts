import { z } from 'zod'
import { email, id, instant, page, phone, text } from './common.schema'
import { permissions, roles } from './permissions.rules'

export const login = z.strictObject({
  username: z.string().min(1).max(64),
  password: z.string().min(1).max(200),
})

export const me = z.strictObject({
  agent: z.strictObject({
    id: id('agt'),
    username: z.string(),
    name: z.string(),
    roles: z.array(z.enum(roles)),
    departmentId: id('dep'),
    departmentName: z.string(),
  }),
  permissions: z.array(z.enum(permissions)),
  /** The topmost department: its people set what holds for everybody. */
  organisation: z.strictObject({ name: z.string(), isOwn: z.boolean() }),
  isVideoAvailable: z.boolean(),
})
export type Me = z.infer<typeof me>

const password = z.string().min(10).max(200)
export const changePassword = z.strictObject({ current: z.string().max(200), next: password })
export const setupBody = z.strictObject({ token: z.string().min(10).max(100), password })
export const setupView = z.strictObject({ username: z.string(), name: z.string() })

export const sessionView = z.strictObject({
  id: id('ses'),
  createdAt: instant,
  lastSeenAt: instant,
  address: z.string(),
  userAgent: z.string(),
  isCurrent: z.boolean(),
})
export const sessionList = z.strictObject({ items: z.array(sessionView) })

export const agentView = z.strictObject({
  id: id('agt'),
  username: z.string(),
  name: z.string(),
  roles: z.array(z.enum(roles)),
  departmentId: id('dep'),
  departmentName: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  isActive: z.boolean(),
  /** False until the person has chosen a password. */
  hasPassword: z.boolean(),
  createdAt: instant,
})
export type AgentView = z.infer<typeof agentView>
export const agentPage = page(agentView)
export const agentQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  /** Only this department and those below it. */
  departmentId: id('dep').optional(),
  /** Part of a name or username. */
  q: z.string().max(60).optional(),
})

const username = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,31}$/)
export const createAgent = z.strictObject({
  username,
  name: text(60, 1),
  roles: z.array(z.enum(roles)).min(1).max(6),
  departmentId: id('dep'),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
})
export const updateAgent = z.strictObject({
  name: text(60, 1).optional(),
  roles: z.array(z.enum(roles)).min(1).max(6).optional(),
  departmentId: id('dep').optional(),
  email: email.nullable().optional(),
  phone: phone.nullable().optional(),
  isActive: z.boolean().optional(),
})
/** A one-time link with which the person chooses a password. Shown once. */
export const setupLinkView = z.strictObject({ url: z.string(), expiresAt: instant })
export const createdAgent = z.strictObject({ agent: agentView, setup: setupLinkView })

export const departmentLevels = ['province', 'city', 'county', 'town', 'village', 'office'] as const
export const departmentView = z.strictObject({
  id: id('dep'),
  parentId: id('dep').nullable(),
  name: z.string(),
  level: z.enum(departmentLevels),
  agentCount: z.number().int(),
})
export type DepartmentView = z.infer<typeof departmentView>
export const departmentList = z.strictObject({ items: z.array(departmentView) })
export const createDepartment = z.strictObject({
  parentId: id('dep').nullable(),
  name: text(80, 1),
  level: z.enum(departmentLevels),
})
export const updateDepartment = z.strictObject({
  parentId: id('dep').nullable().optional(),
  name: text(80, 1).optional(),
  level: z.enum(departmentLevels).optional(),
})

const clock = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/)
export const hours = z
  .array(
    z.strictObject({
      day: z.number().int().min(1).max(7),
      spans: z.array(z.strictObject({ from: clock, to: clock })).max(6),
    }),
  )
  .max(7)
export const theme = z.strictObject({
  color: z.string().regex(/^#[0-9a-fA-F]{6}$/),
  title: text(40),
  greeting: text(200),
})
const origin = z.string().regex(/^https?:\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?$/)
export const siteView = z.strictObject({
  id: id('sit'),
  key: z.string(),
  name: z.string(),
  departmentId: id('dep'),
  departmentName: z.string(),
  /** Exact origins that may embed the panel. */
  origins: z.array(z.string()),
  theme,
  hours,
  timeZone: z.string(),
  isIdentityRequired: z.boolean(),
  isActive: z.boolean(),
  createdAt: instant,
})
export type SiteView = z.infer<typeof siteView>
export const siteList = z.strictObject({ items: z.array(siteView) })
/** Sites an agent serves, for opening a consultation by telephone. */
export const servedSiteList = z.strictObject({
  items: z.array(z.strictObject({ id: id('sit'), key: z.string(), name: z.string() })),
})
export const createSite = z.strictObject({
  key: z.string().regex(/^[a-z0-9][a-z0-9-]{1,40}$/),
  name: text(80, 1),
  departmentId: id('dep'),
  origins: z.array(origin).max(50),
  theme: theme.optional(),
  hours: hours.optional(),
  timeZone: z.string().max(60).optional(),
  isIdentityRequired: z.boolean().optional(),
})
export const updateSite = createSite
  .omit({ key: true })
  .partial()
  .extend({ isActive: z.boolean().optional() })
/** The secret is shown once, on creation and on rotation. */
export const siteSecret = z.strictObject({ site: siteView, secret: z.string() })

export const auditEntry = z.strictObject({
  seq: z.number().int(),
  at: instant,
  actor: z.strictObject({
    kind: z.enum(['agent', 'visitor', 'key', 'system']),
    id: z.string().nullable(),
    name: z.string(),
  }),
  action: z.string(),
  thing: z.string(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof auditEntry>
/** `names`: what people call the tickets that entries name by an id, their own or a consultation's or matter's. */
export const auditPage = page(auditEntry).extend({ names: z.record(z.string(), z.string()) })
export const auditQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  action: z.string().max(80).optional(),
  actorId: z.string().max(60).optional(),
})
export const auditVerdict = z.strictObject({
  isIntact: z.boolean(),
  entries: z.number().int(),
  brokenAt: z.number().int().nullable(),
})
