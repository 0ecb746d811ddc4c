-- For /etc/prosody/prosody.cfg.lua: at its end, and not inside a VirtualHost. Then
--
--	systemctl restart prosody
--
-- This is for development. In production the name is another, and so is the secret:
-- openssl rand -hex 16

Component "tweeter.localhost"
    component_secret = "tweeter-development"
