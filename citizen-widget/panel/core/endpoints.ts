import type {
  CallView,
  DocumentView,
  GrantView,
  MessageView,
  QualityBody,
  StartConsultation,
  VisitorState,
  WaitView,
} from '../../../contract/consultations.schema'
import type {
  CreateVisitor,
  MakeResumeCode,
  PublicSite,
  ResumeCodePeek,
  ServiceItemView,
  VisitorRequestView,
  VisitorSession,
} from '../../../contract/visitors.schema'
import type { Api } from './api'

export interface Snapshot {
  state: VisitorState
  cursor: string
}

export type Receipt = 'delivered' | 'opened' | 'downloaded'

/** Every request the panel makes, in one place; types are the contract's. */
export const endpoints = (api: Api) => {
  const con = (id: string) => `/consultations/${id}`
  return {
    site: (key: string) => api.get<PublicSite>(`/sites/${key}`),
    serviceItems: (key: string, q: string, signal?: AbortSignal) =>
      api.get<{ items: ServiceItemView[] }>(`/sites/${key}/service-items?q=${encodeURIComponent(q)}`, signal),
    createVisitor: (body: CreateVisitor) => api.post<VisitorSession>('/visitors', body),
    snapshot: () => api.get<Snapshot>('/visitors/me'),
    updateVisitor: (body: { name?: string; phone?: string }) => api.patch<Snapshot>('/visitors/me', body),
    requests: () => api.get<{ items: VisitorRequestView[] }>('/visitors/me/requests'),
    followLink: (number: string) => api.get<{ url: string }>(`/follow/tickets/${number}/link`),
    resumeCode: (body: MakeResumeCode = {}) =>
      api.post<{ code: string; url: string }>('/visitors/me/resume-codes', body),
    peek: (site: string, code: string) =>
      api.post<ResumeCodePeek>('/visitors/resume-codes/peek', { site, code }),
    start: (body: StartConsultation, key: string) => api.post<Snapshot>('/consultations', body, key),
    leave: (id: string) => api.post<Snapshot>(`${con(id)}/leave`),
    consent: (id: string) => api.post<Snapshot>(`${con(id)}/consent`),
    /** While waiting: from video to chat or the reverse. */
    channel: (id: string, channel: 'video' | 'chat') => api.post<Snapshot>(`${con(id)}/channel`, { channel }),
    /** In a conversation: rises to video. */
    raise: (id: string) => api.post<CallView>(`${con(id)}/calls`),
    /** Hangs up and goes on by chat. */
    endCall: (callId: string) => api.post<CallView>(`/calls/${callId}/end`),
    grant: (callId: string, tab: string) => api.post<GrantView>(`/calls/${callId}/grants`, { tab }),
    message: (id: string, body: string, key: string) =>
      api.post<MessageView>(`${con(id)}/messages`, { body }, key),
    typing: (id: string) => api.post(`${con(id)}/typing`),
    rate: (id: string, stars: number, comment: string) =>
      api.post<Snapshot>(`${con(id)}/rating`, comment ? { stars, comment } : { stars }),
    wait: (id: string) => api.get<WaitView>(`${con(id)}/wait`),
    exportLink: (id: string) => api.post<{ url: string }>(`${con(id)}/export-links`),
    quality: (callId: string, body: QualityBody) => api.post(`/calls/${callId}/quality`, body),
    receipt: (id: string, receipt: Receipt) =>
      api.post<DocumentView>(`/documents/${id}/receipts`, { receipt }),
    link: (id: string) => api.post<{ url: string }>(`/documents/${id}/links`),
    uploadPath: (id: string, name: string) => `/api/v1${con(id)}/documents?name=${encodeURIComponent(name)}`,
  }
}

export type Endpoints = ReturnType<typeof endpoints>
