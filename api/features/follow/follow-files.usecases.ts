import type { Tx } from '../../../drizzle/database'
import type { FollowActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import {
  addAttachment,
  dropAttachment,
  type ReplyInWork,
  refuseBeyondQuota,
} from '../documents/attachments.usecases'
import type { UploadPlace } from '../documents/receive.usecases'
import { findVisitor, listEarlier } from '../visitors/visitors.store'
import { draftOwner } from './follow.presenter'
import { findFollowed, over } from './follow.usecases'

/** Where a citizen's file for the next reply on this ticket goes. */
export const followUpload = (
  deps: Pick<Deps, 'clock'>,
  actor: FollowActor,
  number: string,
  name: string,
): UploadPlace => {
  const replyOf = async (tx: Tx): Promise<ReplyInWork> => {
    const { ticket, actions, followed } = await findFollowed(tx, deps, actor, number)
    if (!actions.canReply) throw over('This was settled too long ago. Please ask anew.')
    return { ticketId: ticket.id, draftOf: draftOwner(followed.actor) }
  }
  return {
    // A link opens as many sessions as somebody likes: its files count together.
    sender: draftOwner(actor),
    authorize: async (tx, sizeBytes) => refuseBeyondQuota(tx, await replyOf(tx), sizeBytes),
    add: async (tx, file) => addAttachment(tx, deps, actor, await replyOf(tx), { name, file }),
  }
}

/** The citizen chose something else: what was handed over and not sent is taken back. */
export const dropFollowFile = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: FollowActor,
  documentId: string,
): Promise<void> => dropAttachment(tx, deps, documentId, await ownersOf(tx, actor))

const ownersOf = async (tx: Tx, actor: FollowActor): Promise<string[]> => {
  const visitor = actor.ticketId === null ? await findVisitor(tx, actor.id) : null
  const earlier = visitor ? await listEarlier(tx, visitor) : []
  return [draftOwner(actor), ...earlier.map((each) => each.id)]
}
