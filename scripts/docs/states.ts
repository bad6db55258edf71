/** Writes docs/states.md: the state diagrams, drawn from the transition tables that the program runs on. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bulkTransitions } from '../../contract/bulk.rules'
import {
  callTransitions,
  consultationTransitions,
  invitationTransitions,
  offerTransitions,
} from '../../contract/consultations.rules'
import { documentTransitions } from '../../contract/documents.rules'
import { escalationTransitions } from '../../contract/escalations.rules'
import { deliveryTransitions, outgoingTransitions } from '../../contract/outgoing.rules'
import { presenceTransitions } from '../../contract/presence.rules'
import { ticketTransitions } from '../../contract/tickets.rules'

type Table = Record<string, Partial<Record<string, string>>>

interface Diagram {
  title: string
  /** States something is made in. */
  starts: readonly string[]
  table: Table
}

const diagrams: readonly Diagram[] = [
  { title: '咨询 Consultation', starts: ['waiting', 'expected', 'deferred'], table: consultationTransitions },
  { title: '派单 Offer', starts: ['ringing'], table: offerTransitions },
  { title: '邀请与转接 Invitation', starts: ['pending'], table: invitationTransitions },
  { title: '通话 Call', starts: ['open'], table: callTransitions },
  { title: '资料 Document', starts: ['sent'], table: documentTransitions },
  { title: '坐席状态 Availability', starts: ['offline'], table: presenceTransitions },
  { title: '工单 Ticket', starts: ['new'], table: ticketTransitions },
  { title: '批量修改 Change to many tickets', starts: ['finding', 'running'], table: bulkTransitions },
  { title: '升级督办 Escalation', starts: ['raised'], table: escalationTransitions },
  { title: '外发消息 Outgoing message', starts: ['waiting'], table: outgoingTransitions },
  { title: 'Webhook 投递 Webhook delivery', starts: ['waiting'], table: deliveryTransitions },
]

/** One arrow per pair of states, with every command that leads there; staying where one is draws none. */
const arrows = (table: Table): string[] =>
  Object.entries(table).flatMap(([from, commands]) => {
    const byTarget = new Map<string, string[]>()
    for (const [command, to] of Object.entries(commands)) {
      if (to !== undefined && to !== from) byTarget.set(to, [...(byTarget.get(to) ?? []), command])
    }
    return [...byTarget].map(([to, names]) => `    ${from} --> ${to}: ${names.join(', ')}`)
  })

const ends = (table: Table): string[] =>
  Object.entries(table).flatMap(([state, commands]) =>
    Object.keys(commands).length === 0 ? [`    ${state} --> [*]`] : [],
  )

const draw = ({ title, starts, table }: Diagram): string =>
  [
    `## ${title}`,
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...starts.map((state) => `    [*] --> ${state}`),
    ...arrows(table),
    ...ends(table),
    '```',
    '',
  ].join('\n')

/** The whole text of docs/states.md. */
export const statesDocument = (): string =>
  [
    '# 状态图 State diagrams',
    '',
    'Generated from the transition tables in `contract/*.rules.ts` by `npx tsx scripts/docs/states.ts`; a test',
    'fails while this file differs from them. A command that a state does not list is refused (409), or, for',
    'availability, changes nothing. Commands that leave a state as it is are not drawn.',
    '',
    ...diagrams.map(draw),
  ].join('\n')

const file = fileURLToPath(new URL('../../docs/states.md', import.meta.url))
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, statesDocument())
