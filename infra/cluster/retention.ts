import { CfnResource, type RemovalPolicy } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Gives what a construct has made by now, itself and below, one removal policy. */
export function keep(construct: IConstruct, removalPolicy: RemovalPolicy): void {
  for (const resource of construct.node.findAll()) {
    if (CfnResource.isCfnResource(resource)) resource.applyRemovalPolicy(removalPolicy);
  }
}
