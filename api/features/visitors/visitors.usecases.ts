import { maxMessages } from '../../../contract/consultations.rules'
import type { VisitorState } from '../../../contract/consultations.schema'
import { hostCodeSeconds, replacedCodeSeconds } from '../../../contract/visitors.rules'
import type {
  CreateVisitor,
  MakeResumeCode,
  ResumeCodePeek,
  VisitorSession,
} from '../../../contract/visitors.schema'
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
  findResumeCode,
  findVisitor,
  findVisitorByToken,
  forgetOldCodes,
  insertResumeCode,
  insertVisitor,
  redeemResumeCode,
  shortenResumeCode,
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
  const answer = async (visitorId: string): Promise<VisitorSession> => ({
    visitorId,
    token,
    expiresAt: iso(expiresAt),
    hostCode: input.wantsHostCode ? await keepCode(tx, visitorId, now, hostCodeSeconds) : null,
  })
  const resumed = input.code ? await redeemResumeCode(tx, input.code, now) : null
  if (resumed) {
    const visitor = await findVisitor(tx, resumed)
    if (!visitor || visitor.siteId !== site.id)
      throw refuse('visitors.code_invalid', 'This code is not valid here.')
    await addVisitorToken(tx, { tokenHash: sha256(token), visitorId: resumed, expiresAt })
    return answer(resumed)
  }
  const expected = input.code ? await findByJoinCode(tx, site.id, input.code) : null
  if (input.code && !expected) throw refuse('visitors.code_invalid', 'This code is unknown, used or too old.')
  if (site.isIdentityRequired && !identity && !expected)
    throw refuse('visitors.identity_required', 'This site helps signed-in people: open it from its own page.')
  if (identity && !(await useToken(tx, site.id, identity.jti, identity.expiresAt, now)))
    throw refuse('visitors.identity_replayed', 'This identity token was used before.')
  const visitorId = newId('vis')
  const earlier = expected && input.earlier ? await findVisitorByToken(tx, input.earlier, now) : null
  const before = earlier ? await findVisitor(tx, earlier.id) : null
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
    // A person whom the host confirmed finds their requests by that, and only while they are signed in there.
    earlierId: before?.siteId === site.id && !before.isIdentified ? before.id : null,
    createdAt: now,
    expiresAt,
  })
  if (expected) await joinByCode(tx, deps, authorize(expected), visitorId)
  return answer(visitorId)
}

const keepCode = async (tx: Tx, visitorId: string, now: number, seconds: number): Promise<string> => {
  const code = randomText(24)
  await insertResumeCode(tx, { codeHash: sha256(code), visitorId, expiresAt: now + seconds * 1000 })
  return code
}

/**
 * A one-time code that carries this session to another page or browser for 10 minutes; for the host page,
 * a little longer than a silent citizen's place. The one it replaces is over in half a minute.
 */
export const makeResumeCode = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'config'>,
  actor: VisitorActor,
  input: MakeResumeCode,
) => {
  const now = deps.clock.now()
  const seconds = input.forHost ? hostCodeSeconds : resumeSeconds
  await forgetOldCodes(tx, now)
  if (input.replaces) await shortenResumeCode(tx, actor.id, input.replaces, now + replacedCodeSeconds * 1000)
  const code = await keepCode(tx, actor.id, now, seconds)
  const expiresAt = now + seconds * 1000
  const site = await findSite(tx, actor.siteId)
  return {
    code,
    url: `${deps.config.publicUrl}/help/${site?.key ?? ''}?resume=${code}`,
    expiresAt: iso(expiresAt),
  }
}

/** What a resume code would bring, so that the citizen can be asked first. Telephone codes tell nothing here. */
export const peekResumeCode = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  input: { site: string; code: string },
): Promise<ResumeCodePeek> => {
  const visitorId = await findResumeCode(tx, input.code, deps.clock.now())
  const visitor = visitorId ? await findVisitor(tx, visitorId) : null
  const site = await findSiteByKey(tx, input.site)
  if (!visitor || visitor.siteId !== site?.id)
    throw refuse('visitors.code_invalid', 'This code is unknown, used or too old.')
  const row = await findLatestOf(tx, visitor.id)
  const [view] = row ? await consultationViews(tx, [row.id]) : []
  return {
    visitorId: visitor.id,
    consultation: view ? { ticketNumber: view.ticketNumber, topic: view.topic, status: view.status } : null,
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
