/** Whether what has no address of its own on the internet gets out of its subnets. */
import { at, hasLoops, type Resource, type Template } from './template.js';
import { fillHoles, isSame, knownText, referredTo, textOf } from './values.js';

const SUBNET = 'AWS::EC2::Subnet';
const ROUTE_TABLE = 'AWS::EC2::RouteTable';

/**
 * Of these services (`lambda`, `sts`) those that nothing in the subnets reaches, for want of a route and of an
 * endpoint. None where the template does not show the whole network.
 */
export function unreachableFrom(
  subnets: readonly unknown[],
  services: readonly string[],
  template: Template,
): readonly string[] {
  const resources = subnets.map((subnet) => referredTo(subnet, template));
  const [first] = resources;
  if (first === undefined || hasLoops(template)) return [];
  if (resources.some((subnet) => leads(subnet, template))) return [];
  const endpoints = endpointsOf(first.properties.VpcId, template);
  return endpoints === undefined ? [] : services.filter((service) => !endpoints.includes(service));
}

/** Whether a subnet has, or may have, a route to elsewhere. */
function leads(subnet: Resource | undefined, template: Template): boolean {
  if (subnet?.type !== SUBNET) return true;
  const vpc = referredTo(subnet.properties.VpcId, template);
  const associations = ofType('AWS::EC2::SubnetRouteTableAssociation', template).filter(
    ({ properties }) => referredTo(properties.SubnetId, template) === subnet,
  );
  const tables = associations.map(({ properties }) =>
    referredTo(properties.RouteTableId, template),
  );
  // Without an association it is the main table's routes that count, which may be anybody's.
  if (vpc === undefined || tables.length === 0) return true;
  if (tables.some((table) => table?.type !== ROUTE_TABLE)) return true;
  return ofType('AWS::EC2::Route', template).some(({ properties }) => {
    const table = referredTo(properties.RouteTableId, template);
    return table === undefined || tables.includes(table);
  });
}

/** Services that a VPC has endpoints of; undefined where that is not known. */
function endpointsOf(vpc: unknown, template: Template): readonly string[] | undefined {
  const endpoints = ofType('AWS::EC2::VPCEndpoint', template).filter(
    ({ properties }) =>
      isSame(properties.VpcId, vpc) || referredTo(properties.VpcId, template) === undefined,
  );
  const services = endpoints.map(({ properties }) => serviceOf(properties.ServiceName));
  return services.some((service) => service === undefined)
    ? undefined
    : services.flatMap((service) => service ?? []);
}

/** `sts` of `com.amazonaws.eu-west-1.sts`. */
function serviceOf(name: unknown): string | undefined {
  const known = knownText(name) ?? fillHoles(textOf(name ?? ''), '?');
  return /^(?:com|cn)\..*\.([a-z0-9-]+)$/.exec(known)?.[1];
}

function ofType(type: string, template: Template): readonly Resource[] {
  return [...template.values()].filter((resource) => resource.type === type);
}

/** A rule of a security group that lets something in: inline, or a resource of its own. */
interface Ingress {
  readonly protocol: unknown;
  readonly from: unknown;
  readonly to: unknown;
  /** The group that it lets in; undefined where it is addresses, or not known. */
  readonly source: Resource | undefined;
}

const GROUP = 'AWS::EC2::SecurityGroup';
const INGRESS = 'AWS::EC2::SecurityGroupIngress';

/**
 * Whether members of some groups certainly do not reach each other at a port. No where not all of the groups,
 * or of what they let in, is known; addresses are taken to be theirs.
 */
export function isShut(groups: readonly unknown[], port: number, template: Template): boolean {
  const members = groups.map((group) => referredTo(group, template));
  const known = members.flatMap((group) => (group?.type === GROUP ? [group] : []));
  if (known.length === 0 || known.length < members.length || hasLoops(template)) return false;
  const apart = ofType(INGRESS, template).filter(({ properties }) => {
    const group = referredTo(properties.GroupId ?? properties.GroupName, template);
    return group === undefined || known.includes(group);
  });
  const inline = known.map(({ properties }) => properties.SecurityGroupIngress ?? []);
  if (inline.some((list) => !Array.isArray(list))) return false;
  const rules = [...inline.flat(), ...apart.map(({ properties }) => properties)];
  return !rules.some((rule) => admits(ingress(rule, template), port, known));
}

function ingress(rule: unknown, template: Template): Ingress {
  const named = at(rule, 'SourceSecurityGroupId') ?? at(rule, 'SourceSecurityGroupName');
  const group = referredTo(named, template);
  return {
    protocol: at(rule, 'IpProtocol'),
    from: at(rule, 'FromPort'),
    to: at(rule, 'ToPort'),
    source: group?.type === GROUP ? group : undefined,
  };
}

function admits(rule: Ingress, port: number, groups: readonly Resource[]): boolean {
  if (rule.source !== undefined && !groups.includes(rule.source)) return false;
  const protocol = knownText(rule.protocol)?.toLowerCase();
  if (protocol === undefined || protocol === '-1') return true;
  if (protocol !== 'tcp' && protocol !== '6') return false;
  const [from, to] = [knownText(rule.from), knownText(rule.to)];
  return (from === undefined || Number(from) <= port) && (to === undefined || Number(to) >= port);
}
