import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import {
  agentPage,
  agentQuery,
  agentView,
  createAgent as createBody,
  createdAgent,
  setupLinkView,
  updateAgent as updateBody,
} from '../../../contract/people.schema'
import type { Router } from '../../http/routes'
import { createAgent, pageAgents, renewSetupLink, updateAgent } from './agents.usecases'

const params = z.strictObject({ id: id('agt') })
const permission = 'agents.manage'

/** Accounts of agents. */
export const agentRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/agents',
      summary: 'Accounts by username',
      auth: 'agent',
      permission: 'agents.read',
      query: agentQuery,
      response: agentPage,
    },
    (tx, { actor, query }) => pageAgents(tx, actor, query),
  )
  router.write(
    {
      method: 'post',
      path: '/agents',
      summary: 'Add an account',
      auth: 'agent',
      permission,
      body: createBody,
      response: createdAgent,
      status: 201,
    },
    (tx, { actor, body, deps }) => createAgent(tx, deps, actor, body),
  )
  router.write(
    {
      method: 'patch',
      path: '/agents/{id}',
      summary: 'Change an account',
      auth: 'agent',
      permission,
      params,
      body: updateBody,
      response: agentView,
    },
    (tx, { actor, params, body, deps }) => updateAgent(tx, deps, actor, params.id, body),
    async ({ agent, isSignedOut }, { deps }) => {
      if (isSignedOut) deps.hub.disconnect(agent.id)
      return agent
    },
  )
  router.write(
    {
      method: 'post',
      path: '/agents/{id}/setup-link',
      summary: 'Make a one-time set-up link',
      auth: 'agent',
      permission,
      params,
      response: setupLinkView,
      status: 201,
    },
    (tx, { actor, params, deps }) => renewSetupLink(tx, deps, actor, params.id),
  )
}
