import { maxMessages } from '../../../contract/consultations.rules'
import type { VisitorState } from '../../../contract/consultations.schema'
import type { CreateVisitor, VisitorSession } from '../../../contract/visitors.schema'
import type { Tx } from '../../../drizzle/database'
import { authorize, type VisitorActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newId, newSecret, randomText, sha256 } from '../../lib/ids'
import { consultationViews, messageViews, visitorViewOf } from '../consultations/consultations.presenter'
import { findByJoinCode, findLatestOf, seqsAhead } from '../consultations/consultations.store'
import { joinByCode } from '../consultations/consultations.usecases'
import { listMessages } from '../consultations/messages.store'
import { listDocuments } from '../documents/documents.presenter'
import { type HostIdentity, verifyIdentity } from '../sites/identity.usecases'
import { findSite, findSiteByKey, type SiteRow } from '../sites/sites.store'
import {
  addVisitorToken,
  confirmContact,
  findVisitor,
  insertResumeCode,
  insertVisitor,
  redeemResumeCode,
  useToken,
} from './visitors.store'

const sessionDays = 30
const resumeSeconds = 10 * 60

/** The site and, where the host sent one, the verified identity. Runs before the transaction: signatures take time. */
export const checkHost = async (
  deps: Pick<Deps, 'db' | 'clock'>,
  input: CreateVisitor,
): Promise<{ site: SiteRow; identity: HostIdentity | null }> => {
  const site = await deps.db.read((tx) => findSiteByKey(tx, input.site))
  if (!site?.isActive) throw refuse('sites.not_found', 'There is no such site.')
  const identity = input.identity ? await verifyIdentity(site, input.identity, deps.clock.now()) : null
  return { site, identity }
}

/**
 * Makes a visitor session, or another bearer of an existing one by a one-time resume code, or joins a
 * caller by the telephone code. The host's identity is enforced here, and nowhere later.
 */
export const createVisitor = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'hub'>,
  site: SiteRow,
  identity: HostIdentity | null,
  input: CreateVisitor,
): Promise<VisitorSession> => {
  const now = deps.clock.now()
  const token = newSecret()
  const expiresAt = now + sessionDays * 24 * 3600 * 1000
  const resumed = input.code ? await redeemResumeCode(tx, input.code, now) : null
  if (resumed) {
    const visitor = await findVisitor(tx, resumed)
    if (!visitor || visitor.siteId !== site.id)
      throw refuse('visitors.code_invalid', 'This code is not valid here.')
    await addVisitorToken(tx, { tokenHash: sha256(token), visitorId: resumed, expiresAt })
    return { visitorId: resumed, token, expiresAt: iso(expiresAt) }
  }
  const expected = input.code ? await findByJoinCode(tx, site.id, input.code) : null
  if (input.code && !expected) throw refuse('visitors.code_invalid', 'This code is unknown, used or too old.')
  if (site.isIdentityRequired && !identity && !expected)
    throw refuse('visitors.identity_required', 'This site helps signed-in people: open it from its own page.')
  if (identity && !(await useToken(tx, site.id, identity.jti, identity.expiresAt, now)))
    throw refuse('visitors.identity_replayed', 'This identity token was used before.')
  const visitorId = newId('vis')
  await insertVisitor(tx, {
    id: visitorId,
    siteId: site.id,
    tokenHash: sha256(token),
    contactId: identity
      ? await confirmContact(tx, site.id, identity.subject, identity.name, identity.phone, now)
      : null,
    name: identity?.name ?? null,
    phone: identity?.phone ?? null,
    isIdentified: identity !== null,
    lang: input.lang ?? 'zh-CN',
    createdAt: now,
    expiresAt,
  })
  if (expected) await joinByCode(tx, deps, authorize(expected), visitorId)
  return { visitorId, token, expiresAt: iso(expiresAt) }
}

/** A one-time code that carries this session to another page or browser for 10 minutes. */
export const makeResumeCode = async (tx: Tx, deps: Pick<Deps, 'clock' | 'config'>, actor: VisitorActor) => {
  const code = randomText(24)
  const expiresAt = deps.clock.now() + resumeSeconds * 1000
  await insertResumeCode(tx, { codeHash: sha256(code), visitorId: actor.id, expiresAt })
  const site = await findSite(tx, actor.siteId)
  return {
    code,
    url: `${deps.config.publicUrl}/help/${site?.key ?? ''}?resume=${code}`,
    expiresAt: iso(expiresAt),
  }
}

/** Everything the citizen's panel shows, of one moment. */
export const visitorState = async (tx: Tx, actor: VisitorActor): Promise<VisitorState> => {
  const visitor = await findVisitor(tx, actor.id)
  const site = await findSite(tx, actor.siteId)
  if (!visitor || !site) throw refuse('auth.required', 'This visitor is gone.')
  const row = await findLatestOf(tx, actor.id)
  const [view] = row ? await consultationViews(tx, [row.id]) : []
  return {
    visitor: {
      id: visitor.id,
      siteKey: site.key,
      name: visitor.name,
      phone: visitor.phone,
      isIdentified: visitor.isIdentified,
    },
    consultation: row && view ? visitorViewOf(view, row) : null,
    ahead: row?.status === 'waiting' ? await seqsAhead(tx, row.siteId, row.queueSeq) : [],
    messages: row ? await messageViews(tx, await listMessages(tx, row.id, null, maxMessages)) : [],
    documents: row ? await listDocuments(tx, row.id) : [],
  }
}
