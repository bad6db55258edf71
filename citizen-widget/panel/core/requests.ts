import { shallowRef } from 'vue'
import type { VisitorRequestView } from '../../../contract/visitors.schema'
import { ApiError } from './api'
import { api, visitorToken } from './help'

/** The citizen's requests, latest news first. */
export const requests = shallowRef<VisitorRequestView[]>([])

export async function loadRequests() {
  if (!visitorToken()) {
    requests.value = []
    return
  }
  try {
    requests.value = (await api.requests()).items
  } catch (error) {
    // The list is a help beside asking anew; without it the first screen still works.
    if (!(error instanceof ApiError)) throw error
  }
}
