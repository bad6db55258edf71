import { type Ref, reactive, ref } from 'vue'
import { maxFileBytes } from '../../../contract/consultations.rules'
import type { DocumentView } from '../../../contract/consultations.schema'
import { randomKey } from './api'
import type { Failure } from './errors'

export interface Upload {
  key: string
  file: File
  at: string
  /** 0–1 */
  progress: number
  /** What went wrong, or null. */
  failure: Failure | null
  /** Breaks it off and takes it off the screen. */
  cancel: () => void
  retry: () => void
}

/** Where files go and by whose bearer, asked anew for each attempt. */
export interface UploadTarget {
  url: (name: string) => string
  token: () => string | null
  /** A bearer that ran out is renewed once, where that is possible. */
  renew?: () => Promise<boolean>
  onDone?: (document: DocumentView) => void
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

/** Sends files side by side and shows how far each is; for conversations and for replies on tickets alike. */
export function createUploads(target: () => UploadTarget | null) {
  const uploads: Ref<Upload[]> = ref([])
  const remove = (key: string) => {
    uploads.value = uploads.value.filter((each) => each.key !== key)
  }

  /** Sends one file; XMLHttpRequest because fetch cannot tell how much of a body has gone. */
  function start(upload: Upload, { url, token, renew, onDone }: UploadTarget, isRenewed = false) {
    const xhr = new XMLHttpRequest()
    upload.failure = null
    upload.progress = 0
    upload.cancel = () => {
      xhr.abort()
      remove(upload.key)
    }
    xhr.upload.addEventListener('progress', (e) => {
      if (e.lengthComputable) upload.progress = e.loaded / e.total
    })
    xhr.addEventListener('load', () => {
      if (xhr.status < 300) {
        remove(upload.key)
        onDone?.(JSON.parse(xhr.responseText) as DocumentView)
      } else if (xhr.status === 401 && renew && !isRenewed) {
        const again = (isNew: boolean) => {
          if (isNew) start(upload, { url, token, onDone }, true)
          else upload.failure = failureOf(xhr)
        }
        renew().then(again, () => again(false))
      } else upload.failure = failureOf(xhr)
    })
    xhr.addEventListener('error', () => {
      upload.failure = failed(unreachable)
    })
    xhr.open('PUT', url(upload.file.name))
    xhr.setRequestHeader('Authorization', `Bearer ${token() ?? ''}`)
    xhr.setRequestHeader('Content-Type', upload.file.type || 'application/octet-stream')
    xhr.setRequestHeader('Idempotency-Key', upload.key)
    xhr.send(upload.file)
  }

  /** What is too large or empty is said at once instead of after minutes. */
  function add(files: Iterable<File>) {
    const to = target()
    if (!to) return
    for (const file of files) {
      const upload = reactive<Upload>({
        key: randomKey(),
        file,
        at: new Date().toISOString(),
        progress: 0,
        failure: null,
        cancel: () => remove(upload.key),
        retry: () => {
          const now = target()
          if (now) start(upload, now)
        },
      })
      uploads.value = [...uploads.value, upload]
      if (file.size > maxFileBytes) upload.failure = failed('documents.too_large')
      else if (file.size === 0) upload.failure = failed('documents.empty')
      else start(upload, to)
    }
  }

  /** Back on the network: what could not go out goes out by itself, under the same keys, so nothing goes twice. */
  function resume() {
    for (const upload of uploads.value) if (upload.failure?.code === unreachable) upload.retry()
  }
  return { uploads, add, resume }
}
