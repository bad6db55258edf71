import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documentStatuses } from './documents.rules'
import { errorCodes } from './error-codes'
import { eventTypes, toldAs } from './events.rules'
import { permissions } from './permissions.rules'
import { ticketEventOf } from './tickets.rules'
import { webhookTypes } from './webhooks.rules'

const root = join(import.meta.dirname, '..')
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((each) => each.isFile() && each.name.endsWith('.ts') && !each.name.endsWith('.test.ts'))
    .map((each) => join(each.parentPath, each.name))
    .filter((file) => !/[\\/]testing[\\/]/.test(file))

/** Looks like an event and is none: jobs that fall due, and what a word is filled with. */
const others = [
  'call.close_room',
  'call.remove',
  'consultation.consent',
  'consultation.hand_over',
  'escalation.overdue',
  'escalation.raise_again',
  'escalation.unacknowledged',
  'sla.due',
  'sla.owner_moved',
  'sla.recompute',
  'ticket.hold_over',
  'ticket.number',
  'ticket.topic',
]
/** Names of the audit log and of codes are in the plural, but for those of the clocks. */
const ofClocks =
  /^sla\.(calendar|policy|policies|rule|settings|department_calendar|default_policy|revision|tag)/

describe('events', () => {
  it('that the program writes are all known: offered to other systems, or left out on purpose', () => {
    const known = new Set<string>([...eventTypes, ...others, ...permissions, ...Object.keys(errorCodes)])
    const unknown = new Set<string>()
    for (const file of [...sources('api'), join(root, 'contract/tickets.rules.ts')])
      for (const [, type = ''] of readFileSync(file, 'utf8').matchAll(
        /'((?:ticket|service_item|sla|escalation|consultation|message|document|rating|call)\.[a-z_]+)'/g,
      ))
        if (!known.has(type) && !ofClocks.test(type)) unknown.add(type)
    expect([...unknown].sort()).toEqual([])
    // Put together from a state or a command.
    expect(eventTypes).toEqual(expect.arrayContaining(Object.values(ticketEventOf)))
    expect(eventTypes).toEqual(expect.arrayContaining(documentStatuses.map((each) => `document.${each}`)))
  })

  it('bring about every kind that other systems can ask for', () => {
    const told = new Set(Object.values(toldAs).filter((each) => each !== null))
    expect([...told].sort()).toEqual([...webhookTypes].sort())
  })
})
