import {
  consultationParams,
  consultationView,
  wrapUpBody,
  wrapUpDraft,
  wrapUpFields,
  wrapUpFieldsQuery,
} from '../../../contract/consultations.schema'
import type { Router } from '../../http/routes'
import { consultationViewOf } from './consultations.presenter'
import { listWrapUpFields, saveWrapUpDraft, wrapUp } from './wrap-up.usecases'

const serve = { auth: 'agent', permission: 'consultations.serve' } as const

/** What came of a consultation: written during it, completed after it. */
export const wrapUpRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      method: 'put',
      path: '/consultations/{id}/wrap-up',
      summary: 'Save the wrap-up as typed so far',
      ...serve,
      params: consultationParams,
      body: wrapUpDraft,
      response: consultationView,
    },
    async (tx, { actor, params, body }) => {
      await saveWrapUpDraft(tx, deps, actor, params.id, body)
      return consultationViewOf(tx, params.id)
    },
  )
  router.read(
    {
      method: 'get',
      path: '/consultations/{id}/wrap-up/fields',
      summary: 'Custom fields of the ticket, were it wrapped up under this service item',
      ...serve,
      params: consultationParams,
      query: wrapUpFieldsQuery,
      response: wrapUpFields,
    },
    (tx, { actor, params, query }) => listWrapUpFields(tx, actor, params.id, query.serviceItemId),
  )
  router.write(
    {
      method: 'post',
      path: '/consultations/{id}/wrap-up',
      summary: 'Complete the wrap-up',
      ...serve,
      params: consultationParams,
      body: wrapUpBody,
      response: consultationView,
    },
    async (tx, { actor, params, body }) => {
      await wrapUp(tx, deps, actor, params.id, body)
      return consultationViewOf(tx, params.id)
    },
  )
}
