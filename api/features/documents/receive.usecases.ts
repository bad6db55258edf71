import { maxFileBytes } from '../../../contract/consultations.rules'
import type { DocumentView } from '../../../contract/consultations.schema'
import type { Tx } from '../../../drizzle/database'
import { recallAnswer, rememberAnswer } from '../../http/idempotency'
import type { IncomingUpload } from '../../http/uploads'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import type { StoredFile } from './files.store'

/** What a file is received for. */
export interface UploadPlace {
  /** Who sends: one counts against the files at a time. */
  sender: string
  /** Narrower than the accepted types, for example images only. */
  types?: readonly string[]
  /** Throws where nothing may be sent there. Asked before a byte is read. */
  authorize(tx: Tx, sizeBytes: number | undefined): Promise<unknown>
  /** Adds the received file; asks again, as time has passed. */
  add(tx: Tx, file: StoredFile): Promise<DocumentView>
}

/** Our panels send two at a time; each holds a temporary file of up to 50 MB until it is whole. */
const uploadsAtOnce = 8
const running = new Map<string, number>()

/** Streams an upload to where it belongs: the one way by which files come in. */
export const receiveUpload = async (
  deps: Deps,
  incoming: IncomingUpload,
  place: UploadPlace,
): Promise<DocumentView> => {
  const { sender } = place
  const count = running.get(sender) ?? 0
  if (count >= uploadsAtOnce)
    throw refuse('request.too_many', `At most ${uploadsAtOnce} files at a time.`, { retryAfter: 5 })
  running.set(sender, count + 1)
  try {
    return await keepUpload(deps, incoming, place)
  } finally {
    const left = (running.get(sender) ?? 1) - 1
    if (left > 0) running.set(sender, left)
    else running.delete(sender)
  }
}

const keepUpload = async (
  deps: Deps,
  { body, signal, sizeBytes, repeat }: IncomingUpload,
  place: UploadPlace,
): Promise<DocumentView> => {
  const recall = (tx: Tx) => (repeat ? recallAnswer(tx, repeat.scope, repeat.fingerprint) : null)
  const earlier = await deps.db.read(async (tx) => {
    const answer = await recall(tx)
    if (!answer) await place.authorize(tx, sizeBytes)
    return answer
  })
  if (earlier) return earlier.body as DocumentView
  const { types } = place
  const file = await deps.files.receive(body, {
    maxBytes: maxFileBytes,
    signal,
    expectedBytes: sizeBytes,
    types,
  })
  return deps.db.write(async (tx) => {
    const answer = await recall(tx)
    if (answer) return answer.body as DocumentView
    const added = await place.add(tx, file)
    if (repeat) await rememberAnswer(tx, repeat.scope, repeat.fingerprint, added, deps.clock.now())
    return added
  })
}
