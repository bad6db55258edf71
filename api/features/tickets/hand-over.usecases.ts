import type { HandedOver, HandOverBody } from '../../../contract/hotline.schema'
import type { Tx } from '../../../drizzle/database'
import { isBelow, type KeyActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { sha256 } from '../../lib/ids'
import { writeAudit } from '../audit/audit.store'
import { requireOfferedItem } from '../sites/service-items.store'
import { findSiteByKey } from '../sites/sites.store'
import { findOrAddContact } from './contacts.store'
import { findHandedOver, keepRequest, loadTicketForKey, presentPublic } from './hand-over.store'
import { listDepartmentsFor } from './people.store'
import { createTicket } from './tickets.usecases'

/** The same for the same content, whatever the order of its fields. */
const hashOf = (input: HandOverBody): string =>
  sha256(
    JSON.stringify([
      input.site,
      input.topic.trim(),
      input.description.trim(),
      input.contact?.name?.trim() || null,
      input.contact?.phone?.trim() || null,
      input.department ?? null,
      input.serviceItem ?? null,
      input.priority ?? 'normal',
      input.isComplaint ?? false,
    ]),
  )

/** Where it goes: a department of the site's line that the key reaches. */
const placeOf = async (tx: Tx, actor: KeyActor, input: HandOverBody) => {
  const site = await findSiteByKey(tx, input.site)
  if (!site?.isActive) throw refuse('sites.not_found', 'There is no such site.')
  const departmentId = input.department ?? site.departmentId
  const department = (await listDepartmentsFor(tx, site.id)).find((each) => each.id === departmentId)
  if (!department || !isBelow(actor, department.path))
    throw refuse('departments.not_found', 'There is no such department for this site and key.')
  if (input.serviceItem) await requireOfferedItem(tx, input.serviceItem)
  return { site, departmentId }
}

/**
 * Another system hands a ticket over. At its source, system and number stand for one ticket: a repeat with the same
 * content answers with that ticket as it is now, one with other content is refused with 409.
 */
export const handOverTicket = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: KeyActor,
  input: HandOverBody,
): Promise<HandedOver> => {
  const external = {
    system: input.externalSystem,
    number: input.externalNumber,
    sourceId: actor.sourceId,
  }
  const contentHash = hashOf(input)
  const earlier = await findHandedOver(tx, actor, external)
  if (earlier) {
    const isSame = earlier.contentHash === null || earlier.contentHash === contentHash
    if (!earlier.isInReach || !isSame)
      throw refuse(
        'tickets.external_number_taken',
        `${external.system} has handed over ${external.number} with other content. It is changed in the console only.`,
      )
    return { isNew: false, ticket: presentPublic(earlier.row) }
  }
  const { site, departmentId } = await placeOf(tx, actor, input)
  const at = deps.clock.now()
  const contact = { name: input.contact?.name?.trim() || null, phone: input.contact?.phone?.trim() || null }
  const { id, number } = await createTicket(tx, deps, {
    actor,
    siteId: site.id,
    departmentId,
    topic: input.topic.trim(),
    serviceItemId: input.serviceItem ?? null,
    contactId: await findOrAddContact(tx, site.id, contact, at),
    timeZone: site.timeZone,
    at,
    source: 'api',
    description: input.description.trim(),
    priority: input.priority ?? 'normal',
    isComplaint: input.isComplaint ?? false,
    external,
  })
  await keepRequest(tx, { ticketId: id, contentHash, keyId: actor.id, createdAt: at })
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.handed_over',
    thing: id,
    data: { number, system: external.system, externalNumber: external.number },
  })
  return { isNew: true, ticket: presentPublic(await loadTicketForKey(tx, actor, id)) }
}
