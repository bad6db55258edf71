import { computed, reactive, ref, watch } from 'vue'
import { maxFileBytes } from '../../../contract/consultations.rules'
import type { DocumentView, MessageView } from '../../../contract/consultations.schema'
import { ApiError, randomKey } from './api'
import type { Failure } from './errors'
import { api, consultation, help, visitorState, visitorToken } from './help'

/** A message on its way; it disappears when the feed brings the real one. */
interface Outgoing {
  key: string
  body: string
  at: string
  /** How many of the citizen's lines said the same before this one; one more, and this one has arrived. */
  sameBefore: number
  /** Why it did not go out; null while it is on its way. */
  failure: Failure | null
}

export interface Upload {
  key: string
  file: File
  at: string
  /** 0–1 */
  progress: number
  /** What went wrong, or null. */
  failure: Failure | null
  cancel: () => void
}

const outgoing = ref<Outgoing[]>([])
const uploads = ref<Upload[]>([])

export type Entry =
  | { kind: 'message'; key: string; at: string; message: MessageView }
  | { kind: 'document'; key: string; at: string; document: DocumentView }
  | { kind: 'outgoing'; key: string; at: string; outgoing: Outgoing }
  | { kind: 'upload'; key: string; at: string; upload: Upload }

const sentLike = (body: string) =>
  (visitorState.value?.messages ?? []).filter((m) => m.from === 'visitor' && m.body === body).length
// The feed may bring a line before the answer to sending it came: it is never shown twice.
const onTheWay = computed(() => outgoing.value.filter((o) => sentLike(o.body) <= o.sameBefore))

/** Messages, documents and what is on its way, in the order of time; what is on its way comes last. */
export const entries = computed<Entry[]>(() => {
  const { messages = [], documents = [] } = visitorState.value ?? {}
  const sent: Entry[] = [
    ...messages.map((m): Entry => ({ kind: 'message', key: m.id, at: m.at, message: m })),
    ...documents.map((d): Entry => ({ kind: 'document', key: d.id, at: d.at, document: d })),
  ].sort((a, b) => a.at.localeCompare(b.at))
  return [
    ...sent,
    ...uploads.value.map((u): Entry => ({ kind: 'upload', key: u.key, at: u.at, upload: u })),
    ...onTheWay.value.map((o): Entry => ({ kind: 'outgoing', key: o.key, at: o.at, outgoing: o })),
  ]
})

async function deliver(item: Outgoing) {
  const id = consultation.value?.id
  if (!id) return
  item.failure = null
  try {
    await api.message(id, item.body, item.key)
    // The feed usually is faster; without it (offline just now) the line stays until the answer came.
    outgoing.value = outgoing.value.filter((o) => o.key !== item.key)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    item.failure = error
  }
}

export function sendMessage(body: string): Promise<void> {
  const item = reactive<Outgoing>({
    key: randomKey(),
    body,
    at: new Date().toISOString(),
    sameBefore: sentLike(body) + onTheWay.value.filter((o) => o.body === body).length,
    failure: null,
  })
  outgoing.value = [...outgoing.value, item]
  return deliver(item)
}

export const resendMessage = (key: string) => {
  const item = outgoing.value.find((o) => o.key === key)
  return item ? deliver(item) : Promise.resolve()
}

const failed = (code: string): Failure => ({ status: 0, code, retryAfterSeconds: null })
const unreachable = 'network.unreachable'

function failureOf(xhr: XMLHttpRequest): Failure {
  const retryAfterSeconds = Number(xhr.getResponseHeader('Retry-After')) || null
  try {
    const { code } = JSON.parse(xhr.responseText) as { code?: unknown }
    return { status: xhr.status, code: typeof code === 'string' ? code : unreachable, retryAfterSeconds }
  } catch {
    return { status: xhr.status, code: unreachable, retryAfterSeconds }
  }
}

/** Sends one file; XMLHttpRequest because fetch cannot tell how much of a body has gone. */
function start(upload: Upload, consultationId: string) {
  const xhr = new XMLHttpRequest()
  upload.failure = null
  upload.progress = 0
  upload.cancel = () => {
    xhr.abort()
    removeUpload(upload.key)
  }
  xhr.upload.addEventListener('progress', (e) => {
    if (e.lengthComputable) upload.progress = e.loaded / e.total
  })
  xhr.addEventListener('load', () => {
    if (xhr.status < 300) removeUpload(upload.key)
    else upload.failure = failureOf(xhr)
  })
  xhr.addEventListener('error', () => {
    upload.failure = failed(unreachable)
  })
  xhr.open('PUT', api.uploadPath(consultationId, upload.file.name))
  xhr.setRequestHeader('Authorization', `Bearer ${visitorToken() ?? ''}`)
  xhr.setRequestHeader('Content-Type', upload.file.type || 'application/octet-stream')
  xhr.setRequestHeader('Idempotency-Key', upload.key)
  xhr.send(upload.file)
}

export function removeUpload(key: string) {
  uploads.value = uploads.value.filter((u) => u.key !== key)
}

export function retryUpload(upload: Upload) {
  const id = consultation.value?.id
  if (id) start(upload, id)
}

/** Sends files side by side. What is too large or empty is said at once instead of after minutes. */
export function uploadFiles(files: Iterable<File>) {
  const id = consultation.value?.id
  if (!id) return
  for (const file of files) {
    const upload = reactive<Upload>({
      key: randomKey(),
      file,
      at: new Date().toISOString(),
      progress: 0,
      failure: null,
      cancel: () => undefined,
    })
    upload.cancel = () => removeUpload(upload.key)
    uploads.value = [...uploads.value, upload]
    if (file.size > maxFileBytes) upload.failure = failed('documents.too_large')
    else if (file.size === 0) upload.failure = failed('documents.empty')
    else start(upload, id)
  }
}

// Back on the network: what could not go out goes out by itself, under the same keys, so nothing goes twice.
watch(
  () => help.isOnline,
  (isOnline) => {
    if (!isOnline) return
    for (const item of outgoing.value)
      if (item.failure && (item.failure.status === 0 || item.failure.status >= 500)) void deliver(item)
    for (const upload of uploads.value) if (upload.failure?.code === unreachable) retryUpload(upload)
  },
)
