{% macro _normal_tail(deviate) -%}
    {#- exp(-x^2 / 2) times a rational function of degree 8 / 9 that interpolates (1 - cdf) / exp(-x^2 / 2)
        on 0 to infinity, at Chebyshev nodes of (x - 3) / (x + 3). Written as continued fraction, as Laplace
        wrote the tail, it names x only nine times; no part of it is near 0 for any x.
        Far out and next to 0 some databases refuse to compute what is too small for a double. -#}
    {%- set levels = [
        [0.3989422804014475, 7.196138146929925e-11],
        [0.9999999769818111, -2.9510520674894113e-06],
        [2.0002050116362913, 0.004515440088533815],
        [2.8608885908420247, -1.1195681173338579],
        [25.510905101615883, 13.536909763050343],
        [-2.4473569552471406, -93.00055938717777],
        [9281.661435460237, 99.24602898490554],
        [0.34500604716044425, 2.598642495519162],
        [30.37827768029388, 1.0686921094974517],
    ] -%}
    case
        when {{ deviate }} >= 37.5 then 0
        when {{ deviate }} >= 0 and {{ deviate }} < 1e-20 then 0.5
        when {{ deviate }} >= 0 then exp({{ deviate }} * {{ deviate }} / -2)
            {%- for numerator, shift in levels %}
            {{- ' * ' if loop.first else ' + ' }}{{ numerator }} / ({{ deviate }} + {{ shift }}
            {%- endfor %}
            {{- ')' * (levels | length) }}
    end
{%- endmacro %}
