import { ApiProblem, apiUrl, clientHeaders, problemFrom, type RequestOptions } from './api'

interface UploadOptions extends RequestOptions {
  /** 0 to 1 of what was sent. */
  onProgress?: (share: number) => void
  headers?: Record<string, string>
  method?: 'PUT' | 'POST'
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    // A proxy's page instead of our answer; the status is enough.
    return undefined
  }
}

/**
 * Streams a file as the raw request body. XMLHttpRequest, because fetch cannot report what was sent.
 * Abort through `signal`; an abort rejects with its reason.
 */
export function uploadFile<T>(path: string, file: Blob, options: UploadOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open(options.method ?? 'PUT', apiUrl(path, options.query))
    const headers = {
      ...clientHeaders(),
      'Content-Type': file.type || 'application/octet-stream',
      'Idempotency-Key': options.idempotencyKey ?? crypto.randomUUID(),
      ...options.headers,
    }
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value)
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total)
    }
    xhr.onload = () => {
      const body = parse(xhr.responseText)
      if (xhr.status >= 200 && xhr.status < 300) resolve(body as T)
      else reject(problemFrom(xhr.status, body, (name) => xhr.getResponseHeader(name)))
    }
    xhr.onerror = () => reject(new ApiProblem(0, { code: 'network.unreachable' }))
    xhr.onabort = () => reject(options.signal?.reason)
    options.signal?.addEventListener('abort', () => xhr.abort())
    xhr.send(file)
  })
}
