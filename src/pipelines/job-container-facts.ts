import * as agent from 'azure-pipelines-task-lib/task.js'

/** What the agent tells about the containers of a job. */
export interface JobContainerFacts {
  /** Of the container in which the steps run, unless a step's target is another. */
  readonly id?: string
  /** The network that the agent made for the job's containers, also for service containers alone. */
  readonly network?: string
}

/** https://github.com/microsoft/azure-pipelines-agent/blob/master/src/Microsoft.VisualStudio.Services.Agent/Constants.cs */
export function jobContainerFacts(): JobContainerFacts {
  const id = agent.getVariable('Agent.ContainerId')
  const network = agent.getVariable('Agent.ContainerNetwork')
  return {
    ...(id !== undefined && id !== '' && { id }),
    ...(network !== undefined && network !== '' && { network }),
  }
}
