import {
  type FollowActions,
  type FollowFacts,
  followActions,
  followEventOf,
  maskName,
  maskPhone,
} from '../../../contract/follow.rules'
import type { FollowDocument, FollowLine, FollowPost, FollowView } from '../../../contract/follow.schema'
import { isUnresolved } from '../../../contract/tickets.rules'
import { requestStage } from '../../../contract/visitors.rules'
import type { Tx } from '../../../drizzle/database'
import type { FollowActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { findDepartment } from '../departments/departments.store'
import { listDraftsOf, listOfReplies } from '../documents/attachments.store'
import type { DocumentRow } from '../documents/documents.store'
import { showCitizenClocks } from '../sla/sla.usecases'
import { statusWordsOf } from '../ticket-settings/labels.store'
import type { TicketRow } from '../tickets/tickets.store'
import {
  type Followed,
  findContactOf,
  findResponsible,
  lastRatingOf,
  listConsultations,
  listLines,
  listPapers,
  listReplies,
  listSaid,
} from './followed.store'
import { isOfShare, isReplyOfShare } from './share.store'

type Line = Awaited<ReturnType<typeof listLines>>[number]
type Said = Awaited<ReturnType<typeof listSaid>>[number]
type Reply = Awaited<ReturnType<typeof listReplies>>[number]

const factOf = (line: Line, name: string): string | null => {
  const value = line.facts[name]
  return typeof value === 'string' ? value : null
}

/** Whom or what a line names: nobody but agents who face the citizen, departments, and papers. */
const nameOf = (event: FollowLine['event'], line: Line): string | null => {
  switch (event) {
    case 'served':
    case 'answered':
      return line.name
    case 'assigned':
      return factOf(line, 'agentName')
    case 'moved':
      return factOf(line, 'toDepartmentName')
    case 'waiting_department':
      return factOf(line, 'waitingDepartmentName')
    case 'document':
      return factOf(line, 'name')
    default:
      return null
  }
}

const lineOf = (line: Line): FollowLine[] => {
  const event = followEventOf(line)
  if (!event) return []
  const number = event === 'urged' ? line.facts.count : event === 'rated' ? line.facts.stars : null
  return [
    {
      seq: line.seq,
      event,
      at: iso(line.at),
      name: nameOf(event, line),
      count: typeof number === 'number' ? number : null,
    },
  ]
}

const personOf = (it: { name: string | null; departmentName: string | null }) =>
  it.name === null ? null : { name: it.name, departmentName: it.departmentName }

const postOfMessage = (it: Said): FollowPost => ({
  id: it.message.id,
  from: it.message.from === 'visitor' ? 'citizen' : it.message.from,
  by: personOf(it),
  body: it.message.body,
  at: iso(it.message.createdAt),
  isReply: false,
  seenAt: null,
})
const postOfReply = (it: Reply): FollowPost => ({
  id: it.reply.id,
  from: it.reply.kind === 'citizen' ? 'citizen' : 'agent',
  by: personOf(it),
  body: it.reply.body,
  at: iso(it.reply.createdAt),
  isReply: true,
  seenAt: iso(it.reply.seenAt),
})

const paperOf = (
  { row, mime, sizeBytes }: { row: DocumentRow; mime: string; sizeBytes: number },
  by: FollowDocument['by'],
): FollowDocument => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  mime,
  sizeBytes,
  by,
  at: iso(row.createdAt),
  replyId: row.replyId,
  openedAt: iso(row.openedAt),
})

/** Files that came with the replies shown, by whoever wrote those. */
const attachmentsOf = async (tx: Tx, posts: readonly FollowPost[]): Promise<FollowDocument[]> => {
  const writers = new Map(posts.flatMap((post) => (post.isReply ? [[post.id, post.by] as const] : [])))
  return (await listOfReplies(tx, [...writers.keys()])).map(({ row, file }) =>
    paperOf({ row, mime: file.mime, sizeBytes: file.sizeBytes }, writers.get(row.replyId ?? '') ?? null),
  )
}

/** Whose the files handed over for the next reply are: those of a link outlive the session it opened. */
export const draftOwner = (actor: FollowActor): string => actor.ticketId ?? actor.id

const lastOf = (lines: readonly Line[], type: string): number | null =>
  lines.findLast((line) => line.type === type)?.at ?? null
const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other)

/** What decides which actions are possible. */
export const followFactsOf = async (tx: Tx, ticket: TicketRow): Promise<FollowFacts> =>
  factsFrom(ticket, await listLines(tx, ticket.id), await lastRatingOf(tx, ticket.id))

const factsFrom = (ticket: TicketRow, lines: readonly Line[], consultationRatedAt: number | null) => ({
  status: ticket.status,
  resolvedAt: ticket.resolvedAt,
  closedAt: ticket.closedAt,
  reopenedAt: lastOf(lines, 'ticket.reopened'),
  ratedAt: later(lastOf(lines, 'ticket.rated'), consultationRatedAt),
  lastUrgedAt: ticket.lastUrgedAt,
  isComplaint: ticket.isComplaint,
})

/** One of several citizens cannot settle, judge or open again what concerns the others as well. */
export const sharedActions = (actions: FollowActions, { share, ticket }: Followed): FollowActions =>
  !share || share.isOwner
    ? actions
    : {
        ...actions,
        canReply: isUnresolved(ticket.status),
        canConfirm: false,
        canReopen: false,
        canRate: false,
        canComplain: false,
        reopenUntil: null,
      }

/** Whom it waits for inside, or until when: said only while that is so. */
const waitingOf = async (tx: Tx, ticket: TicketRow): Promise<FollowView['waiting']> => {
  if (ticket.status === 'on_hold') return { departmentName: null, until: iso(ticket.holdUntil) }
  if (ticket.status !== 'waiting_department') return null
  const department = ticket.waitingDepartmentId ? await findDepartment(tx, ticket.waitingDepartmentId) : null
  return { departmentName: department?.name ?? null, until: null }
}

const stepsOf = (ticket: TicketRow, lines: readonly Line[]): FollowView['steps'] => {
  const taken = new Set(['consultation.accepted', 'ticket.assigned', 'ticket.replied', 'ticket.taken'])
  const handled = lines.find((line) => taken.has(line.type))?.at ?? null
  return {
    askedAt: iso(ticket.createdAt),
    handledAt: iso(handled),
    answeredAt: iso(ticket.resolvedAt),
    settledAt: iso(ticket.closedAt),
  }
}

/** The ticket for its citizen, as of now. */
export const followView = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  followed: Followed,
): Promise<FollowView> => {
  const { ticket, share } = followed
  const all = await listConsultations(tx, ticket.id)
  const consultations = share ? all.filter((each) => isOfShare(share, each)) : all
  const ids = consultations.map((each) => each.id)
  const lines = (await listLines(tx, ticket.id)).filter((line) => !share || line.type !== 'document.sent')
  const latest = consultations.at(-1)
  const contact = await findContactOf(tx, share ? share.contactId : ticket.contactId)
  const given = (key: 'visitorName' | 'visitorPhone') => consultations.findLast((each) => each[key])?.[key]
  const facts = factsFrom(ticket, lines, await lastRatingOf(tx, ticket.id))
  const actions = sharedActions(followActions(facts, deps.clock.now()), followed)
  const posts = [
    ...(await listSaid(tx, ids)).map(postOfMessage),
    ...(await listReplies(tx, ticket.id))
      .filter(({ reply }) => isReplyOfShare(share, reply))
      .map(postOfReply),
  ].sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))
  const responsible = await findResponsible(tx, ticket)
  return {
    number: ticket.number,
    topic: ticket.topic,
    siteName: followed.siteName,
    status: ticket.status,
    stage: requestStage(
      {
        status: latest?.status ?? 'closed',
        hasExpired: latest?.status === 'abandoned' && latest.silentSince !== null,
      },
      ticket.status,
    ),
    responsible: responsible ?? { name: null, departmentName: followed.departmentName, isEscalated: false },
    statusLabel: (await statusWordsOf(tx)).get(ticket.status) ?? null,
    clocks: await showCitizenClocks(tx, deps, ticket.id),
    waiting: await waitingOf(tx, ticket),
    steps: stepsOf(ticket, lines),
    contact: {
      name: maskName(given('visitorName') ?? contact?.name ?? null),
      phone: maskPhone(given('visitorPhone') ?? contact?.phone ?? null),
    },
    stars: share && !share.isOwner ? null : ticket.stars,
    isComplaint: ticket.isComplaint,
    urgeCount: ticket.urgeCount,
    reopenCount: ticket.reopenCount,
    mergedInto: followed.mergedInto,
    actions: { ...actions, reopenUntil: iso(actions.reopenUntil), urgeAgainAt: iso(actions.urgeAgainAt) },
    posts,
    documents: [
      ...(await listPapers(tx, ids)).map((each) => paperOf(each, personOf(each))),
      ...(await attachmentsOf(tx, posts)),
    ],
    drafts: (await listDraftsOf(tx, ticket.id, draftOwner(followed.actor))).map(({ row, file }) =>
      paperOf({ row, mime: file.mime, sizeBytes: file.sizeBytes }, null),
    ),
    history: lines.flatMap(lineOf),
    createdAt: iso(ticket.createdAt),
    updatedAt: iso(ticket.updatedAt),
  }
}
